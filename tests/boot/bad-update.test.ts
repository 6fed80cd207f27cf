import assert from "node:assert/strict";
import { life } from "./life.js";
import { KERNEL } from "./qemu.js";

const BOOT = `#!/bin/sh
echo >>/rounds
round=$(wc -l </rounds)
report round "$round $(ls / | grep kernel | tr '\\n' ' ')"
rm -rf /kernel
case $round in
1) echo "no kernel at all" >/kernel ;;
2) head -c 1000000 /whole >/kernel ;;
3) mv /whole /kernel; seq 2000 >/kernel.cmdline; touch /reboot ;;
esac
`;

life(
  "a bad /kernel",
  { files: { "/etc/boot": BOOT, "/whole": { copy: KERNEL } }, memory: 512 },
  {
    "that is garbage is refused, with the reason": (told) =>
      told.logged("loading /kernel", "can't load /kernel: Exec format error", "/etc/boot starts again in 1 s"),
    "that is cut short is refused, with the reason": (told) => {
      const cut = told.log().find((line) => line.includes("cut short"));
      assert.match(cut ?? "", /^init: \/kernel is cut short: its header tells of 1\d{7} bytes more$/);
      told.logged(cut!.replace("init: ", ""), "/etc/boot starts again in 2 s");
    },
    "whose command line is too long is refused, with the reason": (told) =>
      told.logged("/kernel.cmdline is longer than 4095 bytes", "ending all processes", "restarting"),
    "loses nothing: userland starts again": (told) =>
      assert.deepEqual(told.all("round"), ["1 ", "2 kernel ", "3 kernel "]),
    "does not keep the machine from a restart that was asked for": (told) => told.ended("reboot"),
  },
);
