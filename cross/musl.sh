#!/bin/sh
# usage: musl.sh ARCH
# Makes build/ARCH/musl-gcc, which links to Debian's musl of another architecture by its cross gcc, as musl-gcc does it
# for this computer's.
set -eu
cd "$(dirname "$0")/.."

arch=$1
cross/packages.sh "$arch" musl-dev
dev=$PWD/build/$arch/packages/musl-dev
lib=$dev/usr/lib/$arch-linux-musl

# binutils of Debian 12 don't know what those of Debian 13, of which musl for riscv64 is, write into these sections.
for file in "$lib"/*.[oa]; do
    "$arch-linux-gnu-objcopy" -R '.debug_*' -R .riscv.attributes "$file"
done

sed "s#/usr/\(include\|lib\)/$arch-linux-musl#$dev&#g" "$lib/musl-gcc.specs" >"build/$arch/musl-gcc.specs"
cat >"build/$arch/musl-gcc.new" <<EOF
#!/bin/sh
exec $arch-linux-gnu-gcc "\$@" -specs "$PWD/build/$arch/musl-gcc.specs"
EOF
chmod 755 "build/$arch/musl-gcc.new"
mv "build/$arch/musl-gcc.new" "build/$arch/musl-gcc" # Last: its presence says that all is done.
