#!/bin/sh
# usage: arch.sh ARCH...
# All tests on each architecture: what runs on this computer or by qemu-user, and the boot tests on Debian's kernel and on
# the smallest. Ends in one line, the sum of all.
set -u
cd "$(dirname "$0")/.."

unset QEMU KERNEL # What make has set for one architecture is not for the others.

sums=$(mktemp)
trap 'rm -f "$sums"' EXIT
trap 'exit 1' HUP INT TERM

# usage: run NAME GOAL... [VARIABLE=VALUE...]: makes that, and keeps its closing line. Without one it has failed.
run() {
    name=$1
    shift
    echo "== $name"
    make --no-print-directory "$@" 2>&1 | awk -v name="$name" -v sums="$sums" '
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { sum = $0; next }
        { print }
        END { print sum ? sum : "0 passed, 1 failed" >>sums; print name ": " (sum ? sum : "did not come to an end") }'
}

for arch; do
    if [ "$arch" = "$(uname -m)" ]; then
        run "$arch" test
    else
        for layer in spec lives host; do
            run "$arch, $layer by qemu-user" ARCH="$arch" "test-$layer"
        done
        run "$arch, Debian's kernel" ARCH="$arch" test-boot
    fi
    run "$arch, the smallest kernel" ARCH="$arch" KERNEL="build/$arch/tested/vmlinuz" test-boot
    run "$arch, what each of its options is for" ARCH="$arch" test-kernel
done
awk '{ passed += $1; failed += $3; skipped += $5 }
    END { printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 }' "$sums"
