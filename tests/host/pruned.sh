#!/bin/sh
# Builds a host that is pruned for MODULE, as that of the shipped /init is, and copies it to OUT, with the module inside.
# usage: pruned.sh MODULE OUT
set -eu
module=$(realpath "$1") out=$(realpath "$2")
cd "$(dirname "$0")/../.."
build=build/tests/pruned
mkdir -p "$build"
exec 9>"$build/lock"
flock 9

cp "$module" "$build/module.wasm"
if ! test tests/host/pruned.sh -ot "$build/Makefile"; then # or there is none yet
	rm -f "$build/Makefile" "$build/CMakeCache.txt"
	env -u CFLAGS CC="${CC:-musl-gcc}" cmake -S host -B "$build" -DMODULE="$PWD/$build/module.wasm" -DSTACK=16384 \
		-DPACK="$PWD/build/pack" -DVERSION=test -DWASINIT_CFLAGS=-Os \
		-DWAMR_ROOT_DIR="$(realpath "${WAMR_ROOT_DIR:-build/vendor/wamrx-sys/wasm-micro-runtime}")" >"$build/log" 2>&1 || {
		cat "$build/log" >&2
		exit 1
	}
fi
make -C "$build" -j2 init >"$build/log" 2>&1 || { cat "$build/log" >&2; exit 1; }
cp "$build/init" "$out"
