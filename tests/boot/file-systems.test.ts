import assert from "node:assert/strict";
import { life, type Told } from "./life.js";
import { MOUNTS, assertMounted } from "./readme.js";

const BOOT = `#!/bin/sh
report mounts </proc/mounts
for path in /tmp /dev/shm; do
  report mode "$path $(stat -c '%a %F' $path)"
done
for path in /etc/mtab /dev/fd /dev/stdin /dev/stdout /dev/stderr; do
  report link "$path $(readlink $path)"
done
report root "$(ls -a / | tr '\\n' ' ')"
report cgroup "$(cat /sys/fs/cgroup/cgroup.controllers)"
report devkmsg "$(cat /proc/sys/kernel/printk_devkmsg)"
report umask "$(umask)"
report cmdline "$(tr '\\0' '|' </proc/1/cmdline)"
report kernel-cmdline "$(cat /proc/cmdline)"
touch /poweroff
`;

life(
  "file systems",
  // The root has no directory but /bin and /etc, and those of the kernel's built-in initramfs: /dev and /root.
  { files: { "/etc/boot": BOOT }, append: "-- some words for init" },
  {
    ...Object.fromEntries(
      MOUNTS.map((mount) => [
        `${mount.target} is mounted as the README shows`,
        (told: Told) => assertMounted(told.all("mounts"), mount),
      ]),
    ),
    "nothing else is mounted": (told) => assert.equal(told.all("mounts").length, MOUNTS.length),
    "cgroups can be used": (told) => assert.match(told.one("cgroup"), /\bcpu\b.*\bmemory\b/),
    "shared directories are open to all": (told) =>
      assert.deepEqual(told.all("mode"), ["/tmp 1777 directory", "/dev/shm 1777 directory"]),
    "the links are there": (told) =>
      assert.deepEqual(told.all("link"), [
        "/etc/mtab /proc/mounts",
        "/dev/fd /proc/self/fd",
        "/dev/stdin /proc/self/fd/0",
        "/dev/stdout /proc/self/fd/1",
        "/dev/stderr /proc/self/fd/2",
      ]),
    "/init is gone, and nothing is left lying about": (told) =>
      assert.equal(told.one("root").trim(), ". .. bin dev etc proc root sys tmp"),
    "the log takes all that services write": (told) => assert.equal(told.one("devkmsg"), "on"),
    "the umask is the kernel's": (told) => assert.equal(told.one("umask"), "0022"),
    "the kernel's arguments don't show": (told) => {
      assert.match(told.one("kernel-cmdline"), / -- some words for init$/);
      assert.doesNotMatch(told.one("cmdline"), /some|words|for/);
      assert.match(told.one("cmdline"), /^\/init\|*$/);
    },
    "nothing of the set-up failed": (told) => assert.equal(told.log()[1], "init: running /etc/boot"),
    "it powers off": (told) => told.ended("power-off"),
  },
);
