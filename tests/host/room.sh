#!/bin/sh
# Builds build/tests/room/init: the host with room for a module of a test in the place of the logic (see modules.ts).
# usage: room.sh [BYTES]
set -eu
cd "$(dirname "$0")/../.."
room=build/tests/room
mkdir -p "$room"
exec 9>"$room/lock"
flock 9 # Test files run side by side, and each makes sure that it is built.

module="$room/module"
test -e "$module" || head -c "${1:-131072}" /dev/zero | tr '\0' '\252' >"$module"
if ! test tests/host/room.sh -ot "$room/Makefile"; then # or there is none yet
	rm -f "$room/Makefile" "$room/CMakeCache.txt"
	env -u CFLAGS CC="${CC:-musl-gcc}" cmake -S host -B "$room" -DMODULE="$PWD/$module" -DVERSION=test -DWASINIT_CFLAGS=-Os \
		-DWAMR_ROOT_DIR="$(realpath "${WAMR_ROOT_DIR:-build/vendor/wamrx-sys/wasm-micro-runtime}")" >"$room/log" 2>&1 || {
		cat "$room/log" >&2
		exit 1
	}
fi
make -C "$room" -j2 >"$room/log" 2>&1 || { cat "$room/log" >&2; exit 1; }
