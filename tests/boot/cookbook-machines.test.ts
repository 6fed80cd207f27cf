/** The recipes of docs/cookbook.md for machines and for other roots, booted as they stand there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { ARCH, PROJECT } from "../arch.js";
import { CONSOLE } from "./devices.js";
import { KERNEL, lacks } from "./options.js";
import { type Setup, boot } from "./qemu.js";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { drivers } from "./drivers.js";
import { life } from "./life.js";
import { INTERRUPTED, TITLES, fileOf, recipe, screens } from "./recipes.js";

const shelf = makeShelf();

/** Why a machine can't have what only those of x86 have, else false. */
function lacksX86(what: string): string | false {
  return ARCH != "x86_64" && `${what} is x86's`;
}

/** The words of QEMU's command that a recipe shows, from `first` on. */
function qemuWords(title: string, first: string): string[] {
  const command = screens(title).find((text) => text.startsWith("qemu-system"));
  assert.ok(command, `the recipe "${title}" has no command of QEMU`);
  const words = command.split(/[\s\\]+/);
  return words.slice(words.indexOf(first));
}

/** Puts what the recipe's script names beside the initramfs, and has the network's boot ROM find it. */
function netboot(initramfs: string): string[] {
  const directory = dirname(initramfs);
  cpSync(KERNEL, join(directory, "vmlinuz"));
  const script = fileOf("Netboot", "boot.ipxe").replace("panic=10", "panic=10 no_timer_check"); // see qemu.ts
  writeFileSync(join(directory, "boot.ipxe"), script);
  return qemuWords("Netboot", "-boot").map((word) => word.replace("<DIR>", directory));
}

life(
  "a machine from the network",
  {
    files: {
      ...recipe("A loop in sh", "ssh", "A shell without a login"),
      "/srv/index.html": "a page\n",
      "/etc/boot.d/40-ssh": "",
    },
    memory: 512,
    load: netboot,
    meanwhile: async (machine) => {
      await machine.shows(/# (\x1b\[6n)?$/);
      machine.types("\x1b[1;1Rcat /proc/cmdline; sleep 1000\n");
      await machine.shows(/^console=ttyS0 panic=10 .*\n/m);
      await new Promise((resolve) => setTimeout(resolve, 1000)); // until it is `sleep` that Ctrl-C meets
      machine.types("\x03");
      await machine.shows(INTERRUPTED);
      machine.types("\x1b[1;1Rpoweroff\n");
    },
  },
  {
    "has a shell with job control": (told) => assert.match(told.printed(), /sleep 1000\n[^]*# .*poweroff/),
    "powers off": (told) => told.ended("power-off"),
  },
  lacksX86("the network's boot ROM"),
);

life(
  "a microVM",
  {
    files: { ...recipe("A loop in sh"), "/srv/index.html": "a page\n", "/etc/boot.d/99-end": "reboot\n" },
    qemu: qemuWords("microVM", "-M").slice(0, 2),
    append: "reboot=t",
  },
  {
    "runs its stages, and ends": (told) => {
      told.logged("running /etc/boot", "signal 15 asks for a restart", "restarting");
      told.ended("reboot");
    },
  },
  lacksX86("the microVM"),
);

/** Compiles the recipe's program. */
function exitQemu(): string {
  const source = join(shelf, "exit-qemu.c");
  writeFileSync(source, fileOf("Exit status", "exit-qemu.c"));
  execFileSync("musl-gcc", ["-static", "-s", "-Os", "-o", join(shelf, "exit-qemu"), source]);
  return join(shelf, "exit-qemu");
}

function lastWords(title: string): string {
  return screens(title)
    .find((text) => text.includes("once="))!
    .replace(`console=${CONSOLE} panic=10 `, "");
}

const noExit = lacksX86("the device isa-debug-exit");

life(
  "a machine for one program",
  () => ({
    files: {
      ...recipe("One program"),
      ...(!noExit && { ...recipe("Exit status"), "/bin/exit-qemu": { copy: exitQemu() } }),
    },
    append: lastWords("One program"),
    ...(!noExit && { qemu: qemuWords("Exit status", "-device") }),
  }),
  {
    "shows what the cookbook does": (told) => {
      for (const line of screens("One program").at(-1)!.split("\n"))
        assert.ok(told.life.console.includes(`${line}\n`), line);
    },
    "tells QEMU its exit status": noExit || ((told) => assert.equal(told.life.status, 2 * 3 + 1)),
  },
);

describe("a machine that panics", () => {
  const panicking = { files: { "/etc/boot": "#!/bin/sh\necho c >/proc/sysrq-trigger\n" } };

  test("restarts with panic=", async () => {
    assert.equal(screens("Panic")[0], "panic=10");
    const { end, took } = await boot({ ...panicking, append: "panic=1" });
    assert.equal(end, "panic");
    assert.ok(took < 120, "QEMU has ended by itself");
  });

  test("stands still without it", async () => {
    let stood = false;
    await boot({
      ...panicking,
      append: "panic=0",
      meanwhile: async (machine) => {
        await machine.shows(/end Kernel panic - not syncing/);
        await new Promise((resolve) => setTimeout(resolve, 5000));
        stood = true;
        machine.quits();
      },
    });
    assert.ok(stood);
  });
});

/** A disk with a root whose init tells where it is, leaves a file, and powers off. */
function rootDisk(name: string): string {
  const root = join(shelf, `${name}-root`);
  mkdirSync(join(root, "sbin"), { recursive: true });
  for (const directory of ["proc", "sys", "dev", "run", "tmp"]) mkdirSync(join(root, directory));
  execFileSync(join(PROJECT, "tests/boot/busybox.sh"), [root]);
  const init = `#!/bin/sh
mount -o remount,rw /
echo "init is $$ on $(sed -n 's/^[^ ]* \\/ \\([^ ]*\\) .*/\\1/p' /proc/mounts | tail -n 1)"
echo word >/word
mount -o remount,ro /
poweroff -f
`;
  writeFileSync(join(root, "sbin/init"), init, { mode: 0o755 });
  writeFileSync(join(root, "word"), "as it was\n");
  return makeDisk(join(shelf, name), 64, root, "root");
}

function handingOver(title: string, type: string, word: RegExp): void {
  const name = title.replaceAll(" ", "-");
  const disk = join(shelf, name);
  const setup = (): Setup => ({
    files: { ...drivers(), ...recipe("Drivers", title) },
    disks: [rootDisk(name)],
  });
  life(
    `the recipe "${title}"`,
    setup,
    {
      "hands over to the init of that root": (told) =>
        assert.match(told.printed(), new RegExp(`^init is 1 on ${type}$`, "m")),
      "leaves the disk as it promises": () => {
        assertClean(disk);
        assert.match(readDisk(disk, "/word").toString(), word);
      },
      "powers off": (told) => told.ended("power-off"),
    },
    noDisks || lacks("OVERLAY_FS"),
  );
}

handingOver("Debian on a disk", "ext4", /^word\n$/);
handingOver("A root that forgets", "overlay", /^as it was\n$/);

life(
  "a service in the log",
  () => ({
    files: {
      ...recipe("A service in the log"),
      "/etc/reboot": "#!/bin/sh\nsleep 1\ndmesg | grep -o 'report: .*' | report log\n",
    },
    append: "once=poweroff",
  }),
  {
    "has all its lines there": (told) => {
      const lines = told.all("log");
      assert.deepEqual(
        lines,
        Array.from({ length: 301 }, (_, n) => `report: ${1000 + n}`),
      );
      assert.deepEqual(lines.slice(0, 2), screens("A service in the log")[0]!.split("\n"));
    },
    "keeps its exit status": (told) => told.logged("/etc/boot exited with status 0", "exit status 0"),
  },
);

test("every recipe is in a test", () => {
  const used = ["cookbook", "cookbook-machines"]
    .map((name) => execFileSync("cat", [join(PROJECT, `build/tests/boot/${name}.test.js`)], { encoding: "utf8" }))
    .join("\n");
  assert.deepEqual(
    TITLES.filter((title) => !used.includes(`"${title}"`)),
    [],
  );
});
