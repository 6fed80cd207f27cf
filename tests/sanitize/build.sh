#!/bin/sh
# Builds build/tests/sanitized/init, a host for any module in which sanitizers watch.
set -eu
cd "$(dirname "$0")/../.."
build=build/tests/sanitized
mkdir -p "$build"
test -e "$build/Makefile" ||
	env -u CFLAGS CC=clang cmake -S tests/sanitize -B "$build" -DHOST="$PWD/host" -DVERSION=test \
		-DWAMR_ROOT_DIR="$(realpath "${WAMR_ROOT_DIR:-build/vendor/wamrx-sys/wasm-micro-runtime}")" >"$build/log" 2>&1 || {
		cat "$build/log" >&2
		exit 1
	}
make -C "$build" -j2 >"$build/log" 2>&1 || { cat "$build/log" >&2; exit 1; }
