import assert from "node:assert/strict";
import { compile } from "../host/modules.js";
import { gzipSync } from "node:zlib";
import { CONSOLE } from "./devices.js";
import { LONGEST_CMDLINE, KEXEC_KERNEL, LENGTH, REFUSAL, TOLD_LENGTH, noKexec } from "./kexec.js";
import { life, type Told } from "./life.js";
import { withModule } from "./module.js";

const SHORT = 1_000_000; // bytes

const BOOT = `#!/bin/sh
echo >>/rounds
round=$(wc -l </rounds)
report round "$round $(ls / | grep kernel | tr '\\n' ' ')"
rm -rf /kernel
[ -e /kernel.initramfs ] || cpio -o -H newc </dev/null >/kernel.initramfs
case $round in
1) echo "no kernel at all" >/kernel ;;
2) head -c ${SHORT} /whole >/kernel ;;
3) mv /whole /kernel; echo "<html><title>404 Not Found</title></html>" >/kernel.initramfs; touch /reboot ;;
esac
`;

const NO_KERNEL = "is no kernel that this one can start";
const TOO_BIG = `/kernel ${NO_KERNEL}, or too big for the memory`;
const NO_INITRAMFS = "is no initramfs: no cpio of format newc, no known compression";

life(
  "a bad /kernel",
  { files: { "/etc/boot": BOOT, "/whole": { copy: KEXEC_KERNEL } }, memory: 512 },
  {
    "that is garbage is refused, with the reason":
      noKexec ||
      ((told) => told.logged("loading /kernel", `/kernel ${NO_KERNEL}${REFUSAL}`, "/etc/boot starts again in 1 s")),
    "that is cut short is refused, with the reason": (told) => {
      const cut = told.log().find((line) => line.includes("cut short"));
      const more = Number(/^init: \/kernel is cut short: its header tells of (\d+) bytes more$/.exec(cut ?? "")?.[1]);
      assert.ok(more >= TOLD_LENGTH - SHORT && more <= LENGTH - SHORT, cut);
      told.logged(cut!.replace("init: ", ""), "/etc/boot starts again in 2 s");
    },
    "whose initramfs is none is refused, with the reason": (told) => told.logged(`/kernel.initramfs ${NO_INITRAMFS}`),
    "loses nothing: userland starts again": (told) =>
      assert.deepEqual(told.all("round"), ["1 ", "2 kernel kernel.initramfs ", "3 kernel kernel.initramfs "]),
    "leads to a cold start where the file /reboot lies beside it": (told) => {
      told.logged("going on without /kernel", "ending all processes", "restarting");
      told.ended("reboot");
    },
  },
);

// The shipped logic, but that userland starts again at once: the delay would grow to 30 s.
const AT_ONCE = compile(
  "at-once",
  `import "../../../assembly/abort";
  import { Phase, life } from "../../../assembly/life";
  import { setUp } from "../../../assembly/setup";
  import { finish } from "../../../assembly/shutdown";
  import { runBoot } from "../../../assembly/stages";
  export { kept } from "../../../assembly/life";
  export function boot(): void {
    setUp();
    while (true) {
      life.phase = Phase.Ready;
      life.delay = 0;
      runBoot();
      finish();
    }
  }`,
);

interface Bad {
  /** What /etc/boot does. */
  put: string;
  /** The line in which the log tells why it is refused. */
  says: string | RegExp;
  /** It is the running kernel that refuses it. */
  isTried?: boolean;
}

/** Lengths to which a kernel is cut, from the whole down to nothing: they are what makes a header, and less than it. */
const CUTS = [TOLD_LENGTH - 1, TOLD_LENGTH >> 1, 1 << 20, 4097, 4096, 1024, 0x210, 0x206, 0x205, 0x1f6, 0x40, 1];
const HEADER = 4096; // bytes, of which less may not tell how long the kernel is
const CUT = RegExp(
  `^/kernel (is cut short: its header tells of \\d+ bytes more|${NO_KERNEL}.*: (Exec format error|Invalid argument))$`,
);

/** What gzip makes of random bytes, cut where its end can't be. */
function cutGzip(): Buffer {
  const whole = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * n * n) % 251)));
  let length = whole.length - 8;
  while (whole[length - 4]! % 4 == 0) length--;
  return whole.subarray(0, length);
}

const SMALL = "cp /whole /kernel; printf";
const ALONE = "cp /whole /kernel; rm /kernel.initramfs;";
const CUT_INITRAMFS = "/kernel.initramfs is cut short or damaged";
const BAD: Record<string, Bad> = {
  "a directory": { put: "mkdir /kernel", says: "can't read /kernel: Is a directory" },
  "a FIFO": { put: "mkfifo /kernel", says: "can't read /kernel: Invalid seek" },
  "a FIFO that somebody holds open": {
    put: "mkfifo /kernel; exec 3<>/kernel; sleep 1000 &",
    says: "can't read /kernel: Invalid seek",
  },
  "a link to nothing": { put: "ln -s /nothing /kernel", says: "can't open /kernel: No such file or directory" },
  empty: { put: ": >/kernel", says: "/kernel is empty" },
  "4 GiB of holes": {
    put: "truncate -s 4G /kernel",
    says: /^can't load \/kernel: (Out of memory|File too large)$/,
    isTried: true,
  },
  "more than there is memory for, but less than the machine has": {
    put: "cp /whole /kernel; truncate -s 480M /kernel",
    says: RegExp(`^(can't load /kernel: Out of memory|${TOO_BIG}: Invalid argument)$`),
    isTried: true,
  },
  "beside a command line with a NUL": {
    put: `${SMALL} 'console=${CONSOLE}\\0panic=-1' >/kernel.cmdline`,
    says: "/kernel.cmdline has a NUL in it",
  },
  "beside a command line longer than the kernel takes": {
    put: `${SMALL} '%${LONGEST_CMDLINE + 1}s' word >/kernel.cmdline`,
    says: `/kernel.cmdline is longer than ${LONGEST_CMDLINE} bytes`,
  },
  compressed: {
    put: "gzip -c /whole >/kernel",
    says: /^\/kernel is compressed, unpack it first: (Exec format error|Invalid argument)$/,
    isTried: true,
  },
  "beside an initramfs that takes more than half of the memory": {
    put: `${SMALL} '\\037\\213' >/kernel.initramfs; truncate -s 250M /kernel.initramfs`,
    says: RegExp(`^${TOO_BIG}: (Invalid argument|Address not available)$`),
    isTried: true,
  },
  "beside an empty initramfs": { put: `${ALONE} : >/kernel.initramfs`, says: "/kernel.initramfs is empty" },
  "beside a page of HTML for an initramfs": {
    put: `${ALONE} echo "<!DOCTYPE html>" >/kernel.initramfs`,
    says: `/kernel.initramfs ${NO_INITRAMFS}`,
  },
  "beside a cpio of another format": {
    put: `${ALONE} printf 070707%0100d >/kernel.initramfs`,
    says: `/kernel.initramfs ${NO_INITRAMFS}`,
  },
  "beside an initramfs of cpio that is cut short": {
    put: `${ALONE} (cd /; find etc bin | cpio -o -H newc | head -c 100000 >/kernel.initramfs)`,
    says: CUT_INITRAMFS,
  },
  "beside an initramfs of gzip that is cut short": {
    put: `${ALONE} cp /cut.gz /kernel.initramfs`,
    says: CUT_INITRAMFS,
  },
  "beside a directory for an initramfs": {
    put: `${ALONE} mkdir /kernel.initramfs`,
    says: "can't read /kernel.initramfs: Is a directory",
  },
  "without an initramfs, on a machine that was given one": {
    put: ALONE,
    says: "/kernel.initramfs is missing; if it is built into the kernel: cpio -o -H newc </dev/null >/kernel.initramfs",
  },
  ...Object.fromEntries(
    CUTS.map((cut) => [
      `cut to ${cut} bytes`,
      {
        put: `[ -e /cut ] || mv /whole /cut; truncate -s ${cut} /cut; ln /cut /kernel`,
        says: CUT,
        isTried: cut < HEADER,
      },
    ]),
  ),
};

/** What PID 1 tells of the n-th attempt to load a kernel, between "loading" and "going on without". */
function reasons(told: Told, n: number): string[] {
  const lines = told
    .log()
    .filter((line) => !line.startsWith("init: vmalloc error:")) // The kernel's own, which names the process.
    .map((line) => line.replace("init: ", ""));
  const starts = lines.flatMap((line, at) => (line == "loading /kernel" ? at + 1 : []));
  const tried = lines.slice(starts[n], starts[n + 1]);
  return tried.slice(0, tried.indexOf("going on without /kernel"));
}

const ROUND = `#!/bin/sh
echo >>/rounds
round=$(wc -l </rounds)
rm -rf /kernel*
cpio -o -H newc </dev/null >/kernel.initramfs
if [ -e /put.$round ]; then . /put.$round; else touch /reboot; fi
`;

life(
  "a /kernel that can't be one",
  {
    init: withModule("at-once", AT_ONCE),
    files: {
      "/etc/boot": ROUND,
      "/whole": { copy: KEXEC_KERNEL },
      "/cut.gz": { text: cutGzip(), mode: 0o644 },
      ...Object.fromEntries(Object.values(BAD).map(({ put }, n) => [`/put.${n + 1}`, `${put}\n`])),
    },
    memory: 512,
  },
  {
    ...Object.fromEntries(
      Object.entries(BAD).map(([what, { says, isTried }], n) => [
        `is refused, with the reason in one line: ${what}`,
        (isTried && noKexec) ||
          ((told: Told) => {
            const lines = reasons(told, n);
            assert.equal(lines.length, 1, lines.join("\n"));
            assert.match(lines[0]!, typeof says == "string" ? RegExp(`^${says}$`) : says);
          }),
      ]),
    ),
    "does not keep the machine from a restart": (told) => {
      told.logged("restarting");
      told.ended("reboot");
    },
  },
);
