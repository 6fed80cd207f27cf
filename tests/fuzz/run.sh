#!/bin/sh
# Runs a fuzzer in namespaces of its own, where it has no network, no process and no right outside of them: should one
# of its system calls not be that of kernel.c after all, it has nothing to hurt.
# usage: run.sh PROGRAM OPTION|CORPUS...
set -eu
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:handle_abort=1:detect_stack_use_after_return=1:allocator_may_return_null=1"
export UBSAN_OPTIONS="print_stacktrace=1"

# A process between the fuzzer and its namespace: PID 1 would not die of its own signals. LeakSanitizer looks for the
# process by its number in /proc, where outside of the namespace another one has it, or none.
exec unshare --user --map-root-user --mount-proc --pid --net --ipc --uts --cgroup --fork --kill-child \
	sh -c '"$@"; exit $?' sh "$@"
