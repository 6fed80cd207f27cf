#!/bin/sh
# Fuzzes for some seconds, from the seeds and from what is in CORPUS, to which it adds what it finds. An input that
# fails is kept in build/fuzz/failures and named.
# usage: fuzz.sh imports|module|host SECONDS CORPUS [OPTION|DIRECTORY]...
set -eu
cd "$(dirname "$0")/../.."
target=$1 seconds=$2 corpus=$3
shift 3

case $target in
imports) length=1024 ;;
host) length=512 ;;
module) length=32768 ;; # bytes; the shipped logic has 14 kB
esac
mkdir -p "$corpus" build/fuzz/failures
log=build/fuzz/$target.log
tests/fuzz/run.sh "build/fuzz/build/$target" -max_total_time="$seconds" -max_len="$length" -timeout=10 \
	-artifact_prefix="build/fuzz/failures/$target-" -print_final_stats=1 "$corpus" "tests/fuzz/seeds/$target" "$@" \
	>"$log" 2>&1 && status=0 || status=$?
if test "$status" != 0; then
	tail -n 100 "$log"
	echo "run that input again: FUZZ_TRACE=1 tests/fuzz/run.sh build/fuzz/build/$target INPUT"
	exit "$status"
fi
grep -aE 'INITED|DONE|^stat::' "$log"
