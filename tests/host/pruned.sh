#!/bin/sh
# Builds a host that is pruned for MODULE, as that of the shipped /init is, and copies it to OUT, with the module inside.
# usage: pruned.sh MODULE OUT
set -eu
module=$(realpath "$1") out=$(realpath "$2")
cd "$(dirname "$0")/../.."
build=build/${ARCH:-$(uname -m)}/tests/pruned
mkdir -p "$build"
exec 9>"$build/lock"
flock 9

build/pack --uses "$module" >"$build/uses.h"
if ! test tests/host/pruned.sh -ot "$build/Makefile"; then # or there is none yet
	rm -f "$build/Makefile" "$build/CMakeCache.txt"
	env -u CFLAGS CC="${CC:-${MUSL_GCC:-musl-gcc}}" cmake -S host -B "$build" -DUSES="$PWD/$build" -DVERSION=test -DWASINIT_CFLAGS=-Os \
		-DWAMR_ROOT_DIR="$(realpath "${WAMR_ROOT_DIR:-build/vendor/wamrx-sys/wasm-micro-runtime}")" >"$build/log" 2>&1 || {
		cat "$build/log" >&2
		exit 1
	}
fi
make -C "$build" -j2 pruned >"$build/log" 2>&1 || { cat "$build/log" >&2; exit 1; }
build/pack "$build/pruned" "$module" "$out"
