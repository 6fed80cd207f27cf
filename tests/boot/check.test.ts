/** `/proc/1/exe --check`, while the machine runs: what it says, and that the machine is as it was. */
import assert from "node:assert/strict";
import { LONGEST_CMDLINE, KEXEC_KERNEL, noKexec } from "./kexec.js";
import { life } from "./life.js";
import { type File, INIT } from "./qemu.js";

const INITRAMFS: File = { initramfs: { "/etc/boot": "#!/bin/sh\nreport second here\npoweroff\n" } };

// Not /proc/1/exe: only root may follow that link. A kernel can't be loaded while one is, by somebody else, so fast.
const BOOT = `#!/bin/sh
check() {
  name=$1
  shift
  "$@" >/stdout 2>/stderr
  report $name-status $?
  cat /stdout /stderr | report $name
  cat /sys/kernel/kexec_loaded | report $name-loaded
}
state() { ls / /dev /tmp | md5sum; cat /proc/mounts; ls -l /proc/1/fd | sed 's/.*->//' | sort; }
before=$(state)
check good /proc/1/exe --check
printf %${LONGEST_CMDLINE}s word >/kernel.cmdline
check longest /proc/1/exe --check
rm /kernel.cmdline
echo "nobody:x:65534:65534::/:/bin/sh" >/etc/passwd
chmod 644 /kernel
check other su nobody -c "/bin/wasinit --check"
rm -f /etc/passwd
: >/kernel.initramfs
check empty /proc/1/exe --check
rm /kernel.initramfs
check missing /proc/1/exe --check
mv /kernel /kernel.old
check none /proc/1/exe --check
mv /kernel.old /kernel
cp /initramfs /kernel.initramfs
rm -f /stdout /stderr
echo "$before" | report before
state | report after
reboot
sleep 1000
`;

life(
  "--check",
  {
    files: {
      "/etc/boot": BOOT,
      "/bin/wasinit": { copy: INIT },
      "/kernel": { copy: KEXEC_KERNEL },
      "/kernel.initramfs": INITRAMFS,
      "/initramfs": INITRAMFS,
    },
    memory: 512,
  },
  {
    "of a kernel that can be loaded: exit 0, and it is not loaded": (told) => {
      assert.deepEqual(told.all("good"), ["init: loading /kernel", "init: /kernel can be loaded"]);
      assert.equal(told.one("good-status"), "0");
      assert.equal(told.one("good-loaded"), "0");
    },
    "of the longest command line that PID 1 lets pass: the kernel takes it, too": (told) => {
      assert.deepEqual(told.all("longest"), ["init: loading /kernel", "init: /kernel can be loaded"]);
    },
    "by somebody who is not root: exit 1, and it says that it is not permitted": (told) => {
      assert.deepEqual(told.all("other"), [
        "init: loading /kernel",
        "init: can't load /kernel: Operation not permitted",
      ]);
      assert.equal(told.one("other-status"), "1");
    },
    "of an empty initramfs: exit 1, and it names it": (told) => {
      assert.deepEqual(told.all("empty"), ["init: loading /kernel", "init: /kernel.initramfs is empty"]);
      assert.equal(told.one("empty-status"), "1");
    },
    "of a kernel without its initramfs: exit 1, and it says what to do": (told) => {
      assert.match(told.all("missing")[1]!, /^init: \/kernel.initramfs is missing; .*: cpio -o -H newc/);
      assert.equal(told.one("missing-status"), "1");
    },
    "of no kernel: exit 1": (told) => {
      assert.deepEqual(told.all("none"), [
        "init: loading /kernel",
        "init: can't open /kernel: No such file or directory",
      ]);
      assert.equal(told.one("none-status"), "1");
    },
    "leaves the machine as it was": (told) => {
      assert.deepEqual(told.all("after"), told.all("before"));
      assert.equal(told.log().filter((line) => line.includes("/kernel")).length, 1, "only what the end has logged");
    },
    "and the kernel that was checked starts": (told) => {
      told.one("second");
      told.ended("power-off");
    },
  },
  noKexec,
);
