/** What a stage is given, to the last descriptor: what README.md says, and else what the kernel gives its first process. */
import assert from "node:assert/strict";
import { program } from "../programs.js";
import { life, type Told } from "./life.js";
import { trappingOnce } from "./module.js";

/** What tests/boot/facts.c has told of one process, by name. */
type Facts = Map<string, string[]>;

/** All that was told, a process after another. */
function factsOf(told: Told): Facts[] {
  const all: Facts[] = [];
  for (const [, name, text] of told.life.report.matchAll(/^([^:]*): ?(.*)$/gm)) {
    if (name === "start") all.push(new Map());
    const facts = all.at(-1);
    assert.ok(facts, `reported before the first start: ${name}`);
    facts.set(name, [...(facts.get(name) ?? []), text]);
  }
  for (const facts of all) assert.deepEqual(facts.get("end"), facts.get("start"), "it was told to the end");
  return all;
}

function status(facts: Facts, name: string): string | undefined {
  const line = facts.get("status")?.find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

const FACTS = { copy: program("boot/facts") };
const APPEND = "bare-word WORD=from-the-kernel"; // The kernel doesn't know them, so they are for its first process.

/**
 * The limits. Two of them are half of the threads that the machine may have: which depends on its free memory, and so on
 * the size of the initramfs.
 */
function limitsOf(facts: Facts): string[] {
  const half = `${Math.floor(Number(facts.get("most threads")?.[0]) / 2)}`;
  const isHalf = (line: string) => /^Max (processes|pending signals) /.test(line);
  return facts.get("limit")!.map((line) => (isHalf(line) ? line.replaceAll(` ${half} `, " half of all ") : line));
}

let kernels: Facts;

/** Of proc_pid_status(5): what a process inherits. The kernel's first one has all capabilities, and so on. */
const INHERITED = ["Umask", "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs"];
INHERITED.push("Seccomp", "Seccomp_filters", "CoreDumping", "THP_enabled", "Cpus_allowed", "Threads");

/** The same, of a kernel with cpusets. */
const WITH_CPUSETS = "Mems_allowed";

/** Other facts that no stage has another way than the kernel's first process. */
const SAME = ["OOM adjustment", "personality", "timer slack", "nice", "I/O priority", "scheduler"];
SAME.push("dumpable", "subreaper", "signal at the parent's death", "timer", "root");

life(
  "the kernel's own first process",
  { init: FACTS, append: APPEND },
  {
    "tells what it was given": (told) => {
      kernels = factsOf(told)[0];
      assert.deepEqual(kernels.get("argument"), ["/init", "bare-word"]);
      for (const name of INHERITED) assert.ok(status(kernels, name) !== undefined, name);
      for (const name of SAME) assert.ok(kernels.get(name), name);
      assert.equal(limitsOf(kernels).filter((line) => line.includes(" half of all ")).length, 2);
    },
    "has HOME, TERM and the words of the kernel's command line": (told) =>
      assert.deepEqual(factsOf(told)[0].get("environment"), ["HOME=/", "TERM=linux", "WORD=from-the-kernel"]),
    "powers off": (told) => told.ended("power-off"),
  },
);

/** The words of the command line that the kernel does not know are for the new root's init, too. */
const HAND_OVER = `#!/bin/sh
mkdir /mnt
mount -t tmpfs none /mnt
mkdir /mnt/proc /mnt/sys /mnt/dev /mnt/sbin
cp /bin/facts /mnt/sbin/init
ln -s mnt /newroot
`;

life(
  "the init of a new root",
  { files: { "/etc/boot": HAND_OVER, "/bin/facts": FACTS }, append: APPEND },
  {
    "has all that the kernel's own first process has, and a PATH": (told) => {
      const [facts] = factsOf(told);
      assert.deepEqual(facts.get("argument"), ["/sbin/init", "bare-word"]);
      const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
      assert.deepEqual(facts.get("environment"), [...kernels.get("environment")!, path]);
      const names = ["SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"];
      for (const name of [...INHERITED, WITH_CPUSETS, ...names])
        assert.equal(status(facts, name), status(kernels, name), name);
      assert.deepEqual(limitsOf(facts), limitsOf(kernels));
      const more = ["fd", "directory", "parent", "leads its session", "leads its process group", "has a terminal"];
      for (const name of [...SAME, ...more]) assert.deepEqual(facts.get(name), kernels.get(name), name);
    },
    "powers off": (told) => told.ended("power-off"),
  },
);

const STAGES = ["/etc/boot", "/etc/reboot", "/etc/boot", "/etc/reboot"];

/** Checks of each stage of a machine. */
function ofEach(check: (facts: Facts, path: string) => void): (told: Told) => void {
  return (told) => factsOf(told).forEach((facts, n) => check(facts, STAGES[n]));
}

const zeros = "0".repeat(16);

/** @param exit the status of the first /etc/boot: 255 if it was reaped while there was no logic. */
const inheritance = (exit: number): Record<string, (told: Told) => void> => ({
  "are two rounds of both": (told) =>
    assert.deepEqual(
      factsOf(told).map((facts) => facts.get("start")),
      STAGES.map((path) => [path]),
    ),
  "have the standard streams, open for reading and writing, and no other descriptor": ofEach((facts) =>
    assert.deepEqual(facts.get("fd"), ["0 2: /dev/null", "1 2: /dev/console", "2 2: /dev/kmsg"]),
  ),
  "have the kernel's environment, a PATH, and how /etc/boot has ended": (told) => {
    const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    const given = [...kernels.get("environment")!, path];
    const ended = (by: number) => [...given, "EXIT_CODE=exited", `EXIT_STATUS=${by}`];
    const again = [...ended(exit), "ACTION=again", "CAUSE=end"];
    const last = [...ended(0), "ACTION=poweroff", "CAUSE=file"];
    assert.deepEqual(
      factsOf(told).map((facts) => facts.get("environment")),
      [given, again, again, last],
    );
  },
  "have themselves as argument, and /etc/boot those that the kernel gives": ofEach((facts, path) =>
    assert.deepEqual(facts.get("argument"), path == "/etc/boot" ? [path, "bare-word"] : [path]),
  ),
  "have no signal blocked, ignored, caught or pending": ofEach((facts) => {
    for (const name of ["SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"])
      assert.equal(status(facts, name), zeros, name);
  }),
  "lead a session and a process group, without a terminal": ofEach((facts) => {
    const names = ["parent", "leads its session", "leads its process group", "has a terminal"];
    assert.deepEqual(
      names.map((name) => facts.get(name)),
      [["1"], ["1"], ["1"], ["0"]],
    );
  }),
  "start in / and in the cgroup of that name": ofEach((facts) => {
    assert.deepEqual(facts.get("directory"), ["/"]);
    assert.deepEqual(facts.get("cgroup"), ["0::/"]); // The kernel's first process, of above, has mounted none.
  }),
  "have the umask, the limits, the priorities, the capabilities and all else of the kernel's first process": ofEach(
    (facts) => {
      for (const name of [...INHERITED, WITH_CPUSETS]) assert.equal(status(facts, name), status(kernels, name), name);
      for (const name of SAME) assert.deepEqual(facts.get(name), kernels.get(name), name);
      assert.deepEqual(limitsOf(facts), limitsOf(kernels));
    },
  ),
  "end, and the machine powers off": (told) => told.ended("power-off"),
});

const FILES = { "/etc/boot": FACTS, "/etc/reboot": FACTS };

life("the stages", { files: FILES, append: APPEND }, inheritance(0));

life(
  "the stages, of which all but the first are started after a trap of the logic",
  { files: FILES, append: APPEND, init: trappingOnce("traps-before-inheritance") },
  {
    "come after a trap": (told) => told.logged("the logic has ended: Exception: unreachable", "running /etc/reboot"),
    ...inheritance(255),
  },
);
