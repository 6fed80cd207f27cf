#!/bin/sh
# Builds build/tests/room/init: the host with room for a module of a test in the place of the logic (see modules.ts).
# With SANITIZE=1 it is build/tests/room-sanitized/init, in which sanitizers watch the host.
# usage: room.sh [BYTES]
set -eu
cd "$(dirname "$0")/../.."
room=build/tests/room source=tests/room
if test "${SANITIZE:-}"; then
	room=build/tests/room-sanitized source=tests/sanitize CC=clang
fi
mkdir -p "$room"
exec 9>"$room/lock"
flock 9 # Test files run side by side, and each makes sure that it is built.

module="$room/module"
test -e "$module" || head -c "${1:-131072}" /dev/zero | tr '\0' '\252' >"$module"
if ! test tests/host/room.sh -ot "$room/Makefile"; then # or there is none yet
	rm -f "$room/Makefile" "$room/CMakeCache.txt"
	env -u CFLAGS CC="${CC:-musl-gcc}" cmake -S "$source" -B "$room" -DHOST="$PWD/host" -DMODULE="$PWD/$module" \
		-DVERSION=test -DWASINIT_CFLAGS=-Os \
		-DWAMR_ROOT_DIR="$(realpath "${WAMR_ROOT_DIR:-build/vendor/wamrx-sys/wasm-micro-runtime}")" >"$room/log" 2>&1 || {
		cat "$room/log" >&2
		exit 1
	}
fi
make -C "$room" -j2 >"$room/log" 2>&1 || { cat "$room/log" >&2; exit 1; }
