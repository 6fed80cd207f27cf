/** The modules of docs/examples/wasi.md, each an /init of `wasinit build`, on a machine. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ARCH, PROJECT } from "../arch.js";
import { here, noClang, noRust } from "../compilers.js";
import { blocksOf, commandsOf } from "../npm/blocks.js";
import { makeShelf } from "./disk.js";
import { life } from "./life.js";
import type { File } from "./qemu.js";

const shelf = makeShelf();
symlinkSync(join(PROJECT, "node_modules"), join(shelf, "node_modules"));

const COMPILES = /^(rustc|clang) /;
const BUILDS = /^npx wasinit build /;

/** Does what the page does below a heading to make an /init of a name, but for its tests. */
function made(title: string, name: string): { init: File } {
  const blocks = blocksOf("examples/wasi.md").filter((block) => block.title === title);
  for (const { file, text } of blocks) {
    if (!file) continue;
    mkdirSync(dirname(join(shelf, file)), { recursive: true });
    writeFileSync(join(shelf, file), text);
  }
  const wasinit = `node ${join(PROJECT, "build/npm/main.js")} build --arch ${ARCH} `;
  for (const [command] of blocks.flatMap(commandsOf).map((text) => text.split("\n"))) {
    if (!COMPILES.test(command!) && !BUILDS.test(command!)) continue;
    execFileSync("sh", ["-c", here(command!).replace(BUILDS, wasinit)], { cwd: shelf, stdio: "pipe" });
  }
  return { init: { copy: join(shelf, name) } };
}

life(
  "as-wasi",
  () => ({
    ...made("AssemblyScript, with as-wasi", "named"),
    files: { "/etc/hostname": "gate\n", "/usr/bin/worker": '#!/bin/sh\nreport host "$(hostname)"\nexit 3\n' },
  }),
  {
    "names the machine as a file does": (told) => assert.equal(told.one("host"), "gate"),
    "writes to the console": (told) => assert.match(told.printed(), /^gate: \d+ ms\r?$/m),
    "powers off": (told) => {
      told.logged("/usr/bin/worker exited with status 3", "exit status 3");
      told.ended("power-off");
    },
  },
);

life(
  "as-wasi, without the file",
  () => ({
    ...made("AssemblyScript, with as-wasi", "named"),
    files: { "/usr/bin/worker": '#!/bin/sh\nreport host "$(hostname)"\n' },
  }),
  {
    "names the machine at random": (told) => assert.match(told.one("host"), /^node-(?!00000000)[0-9a-f]{8}$/),
    "powers off": (told) => told.ended("power-off"),
  },
);

const MOUNTS = `proc /proc proc
none /dev devtmpfs
none /data tmpfs size=64k,mode=0700
none /none tmpfs
`;

const BOOT = '#!/bin/sh\nreport mounts "$(grep /data /proc/mounts)"\n';

life(
  "Rust",
  () => ({
    ...made("Rust", "mounts"),
    files: { "/etc/mounts": MOUNTS, "/etc/boot": BOOT, "/data/.keep": "", "/proc/.keep": "", "/dev/.keep": "" },
  }),
  {
    "mounts what its file has": (told) => {
      assert.match(told.one("mounts"), /^none \/data tmpfs rw,.*size=64k,mode=700/);
      assert.match(told.printed(), /^none \/none tmpfs: -2\r?$/m);
    },
    "powers off": (told) => told.ended("power-off"),
  },
  noRust,
);

life(
  "C",
  () => ({
    ...made("C", "programs"),
    files: {
      "/proc/.keep": "",
      "/etc/programs": "/bin/one\n/bin/two\n/bin/none\n",
      "/bin/one": "#!/bin/sh\nsleep 1\nexit 3\n",
      "/bin/two": "#!/bin/sh\nkill -SEGV $$\n",
    },
  }),
  {
    "starts what its file has, and tells how each has ended": (told) => {
      const printed = told.printed();
      const [one, two] = ["one", "two"].map(
        (name) => new RegExp(`^/bin/${name} is (\\d+)\\r?$`, "m").exec(printed)?.[1],
      );
      assert.match(printed, new RegExp(`^${one} has ended: 0x0300\\r?$`, "m"));
      assert.match(printed, new RegExp(`^${two} has ended: 0x000b\\r?$`, "m"));
      assert.match(printed, /^\/bin\/none is -2\r?$/m);
    },
    "powers off": (told) => told.ended("power-off"),
  },
  noClang,
);
