/** The shipped /init, alive in namespaces: real processes, real signals, the kernel's own word on how it ended. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { commandFor } from "../arch.js";
import { program } from "../programs.js";
import { SHIPPED } from "./modules.js";
import { live, script, skipStages } from "./namespace.js";

describe("a life in namespaces", { skip: skipStages, concurrency: true }, () => {
  test("the stages run in order, and the log tells it", async () => {
    const boot = script("echo boot $$ >>/out/order", "echo restart >/reboot");
    const reboot = script("echo reboot >>/out/order", "exit 7");
    const life = await live({ files: { "/etc/boot": boot, "/etc/reboot": reboot } }).ends("restart");
    assert.match(life.read("order").toString(), /^boot \d+\nreboot\n$/);
    assert.deepEqual(life.story, [
      "<6>running /etc/boot",
      "<6>/etc/boot exited with status 0",
      "<6>running /etc/reboot",
      "<3>/etc/reboot exited with status 7",
      "<6>ending all processes",
      "<6>syncing",
      "<6>restarting",
    ]);
  });

  for (const [flag, end, word] of [
    ["/reboot", "restart", "restarting"],
    ["/poweroff", "power-off or halt", "powering off"],
    ["/halt", "power-off or halt", "halting"],
  ]) {
    test(`${flag} ends the machine`, async () => {
      const life = await live({ files: { "/etc/boot": script(`touch ${flag}`) } }).ends(end);
      assert.equal(life.story.at(-1), `<6>${word}`);
    });
  }

  const BUSY = script("echo up >>/out/boots", "while :; do sleep 0.1; done");
  const LAST = script("touch /out/last");
  for (const [name, end, word] of [
    ["SIGTERM", "restart", "restarting"],
    ["SIGINT", "restart", "restarting"],
    ["SIGUSR1", "power-off or halt", "halting"],
    ["SIGUSR2", "power-off or halt", "powering off"],
  ] as const) {
    test(`${name} ends the stage, and after /etc/reboot the machine`, async () => {
      const life = live({ files: { "/etc/boot": BUSY, "/etc/reboot": script("echo ended >/out/last") } });
      await life.logs("running /etc/boot");
      life.signal(name);
      await life.ends(end);
      assert.equal(life.story.at(-1), `<6>${word}`);
      assert.equal(life.read("last").toString(), "ended\n");
    });
  }

  test("SIGHUP ends the stage, and userland starts again", async () => {
    const life = live({ files: { "/etc/boot": BUSY, "/etc/reboot": LAST } });
    await life.writes("boots", 1);
    const asked = Date.now();
    life.signal("SIGHUP");
    await life.logs("/etc/boot starts again in 1 s");
    await life.logs("running /etc/boot", 2);
    assert.ok(Date.now() - asked >= 1000, "it waits before it starts again");
    await life.writes("boots", 2);
    life.signal("SIGUSR2");
    await life.ends("power-off or halt");
    assert.equal(life.read("boots").toString(), "up\nup\n");
  });

  test("a stage that ignores TERM is killed after the grace period", async () => {
    const boot = script("trap '' TERM", "touch /out/deaf", "while :; do sleep 0.1; done");
    const life = live({ files: { "/etc/boot": boot } });
    await life.writes("deaf");
    const asked = Date.now();
    life.signal("SIGTERM");
    await life.ends("restart");
    const seconds = (Date.now() - asked) / 1000;
    assert.ok(seconds >= 5 && seconds < 10, `it took ${seconds} s`);
    assert.ok(life.log.includes("<6>/etc/boot was killed by signal 9"), life.shown());
  });

  test("what ignores TERM at the end is killed after the grace period", async () => {
    const deaf = `setsid sh -c "trap '' TERM; touch /out/deaf; while :; do sleep 0.1; done" &`;
    const boot = script(deaf, "until test -e /out/deaf; do sleep 0.1; done", "touch /reboot");
    const started = Date.now();
    await live({ files: { "/etc/boot": boot } }).ends("restart");
    const seconds = (Date.now() - started) / 1000;
    assert.ok(seconds >= 5 && seconds < 10, `it took ${seconds} s`);
  });

  for (const [how, text, mode, why] of [
    ["is missing", null, 0, "can't run /etc/boot: No such file or directory"],
    ["is not executable", script("true"), 0o644, "can't run /etc/boot: Permission denied"],
    ["is no program", "true\n", 0o755, "can't run /etc/boot: Exec format error"],
    ["is empty", "", 0o755, "can't run /etc/boot: Exec format error"],
    [
      "lacks its interpreter",
      "#!/bin/no\n",
      0o755,
      "can't run the interpreter of /etc/boot: No such file or directory",
    ],
  ] as const) {
    test(`a stage that ${how} is told of, and tried again`, async () => {
      const life = live({ files: text === null ? {} : { "/etc/boot": { text, mode } } });
      await life.logs("/etc/boot starts again in 2 s");
      life.signal("SIGTERM");
      await life.ends("restart");
      const failed = life.story.filter((line) => line === `<3>${why}`);
      assert.equal(failed.length, 2, life.shown());
    });
  }

  test("a stage gets itself as argument, a session, default signals, three descriptors, TERM and PATH", async () => {
    const boot = script(
      "exec >/out/facts",
      "tr '\\0' '|' </proc/$$/cmdline; echo",
      "set -- $(cat /proc/$$/stat); test $6 = $$ && echo leads its session",
      "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status",
      "for fd in 0 2; do readlink /proc/$$/fd/$fd; done",
      "ls /proc/self/fd | wc -l", // and the one of the directory
      "cd /proc/self/cwd; pwd -P",
      'echo "$TERM $PATH"',
      "touch /poweroff",
    );
    const life = await live({ files: { "/etc/boot": boot } }).ends("power-off or halt");
    assert.deepEqual(life.read("facts").toString().split("\n"), [
      "/bin/sh|/etc/boot|",
      "leads its session",
      "SigBlk:\t0000000000000000",
      "SigIgn:\t0000000000000000",
      "SigCgt:\t0000000000000000",
      "/dev/null",
      "/dev/kmsg",
      "4",
      "/",
      "linux /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "",
    ]);
  });

  test("the kernel's arguments are those of /etc/boot, and of no other stage", async () => {
    const tell = (name: string) => `for argument; do echo "$argument"; done >/out/${name}`;
    const files = { "/etc/boot": script(tell("boot"), "touch /poweroff"), "/etc/reboot": script(tell("reboot")) };
    const life = await live({ files, args: ["serve", "two words", ""] }).ends("power-off or halt");
    assert.equal(life.read("boot").toString(), "serve\ntwo words\n\n");
    assert.equal(life.read("reboot").toString(), "");
  });

  test("/etc/reboot is told what the machine is about to do, why, and how /etc/boot has ended", async () => {
    const reboot = script('echo "$ACTION $CAUSE $EXIT_CODE $EXIT_STATUS" >>/out/told');
    const boot = script("test -e /again && exec sleep 1000", "touch /again", "exit 7");
    const life = live({ files: { "/etc/boot": boot, "/etc/reboot": reboot } });
    await life.logs("running /etc/boot", 2);
    life.signal("SIGUSR2");
    await life.ends("power-off or halt");
    assert.equal(life.read("told").toString(), "again end exited 7\npoweroff signal killed 15\n");
  });

  for (const [once, end, last] of [
    ["poweroff", "power-off or halt", "powering off"],
    ["halt", "power-off or halt", "halting"],
    ["reboot", "restart", "restarting"],
  ] as const) {
    test(`once=${once}: the machine ends with /etc/boot, and tells its exit status`, async () => {
      const files = { "/etc/boot": script("exit 42") };
      const life = await live({ files, environment: [`once=${once}`] }).ends(end);
      assert.ok(life.log.includes("<0>exit status 42"), life.shown());
      assert.equal(life.story.at(-1), `<6>${last}`);
    });
  }

  test("grace= is how long processes get between TERM and KILL", async () => {
    const boot = script("trap '' TERM", "touch /out/deaf", "while :; do sleep 0.1; done");
    const life = live({ files: { "/etc/boot": boot }, environment: ["grace=2"] });
    await life.writes("deaf");
    const asked = Date.now();
    life.signal("SIGTERM");
    await life.ends("restart");
    const seconds = (Date.now() - asked) / 1000;
    assert.ok(seconds >= 2 && seconds < 5, `it took ${seconds} s`);
    assert.ok(life.log.includes("<6>not all have ended in 2 s, killing them"), life.shown());
  });

  test("none of the kernel's arguments is seen in /proc/1/cmdline", async () => {
    const boot = script("cat /proc/1/cmdline >/out/cmdline", "touch /poweroff");
    const args = ["quiet", "secret=xyzzy"];
    const life = await live({ files: { "/etc/boot": boot }, args }).ends("power-off or halt");
    assert.match(life.read("cmdline").toString(), /^\/init\0+$/);
  });

  test("/init is unlinked, and the set-up logs what this namespace has not, nothing else", async () => {
    const boot = script("test -e /init || touch /out/unlinked", "touch /poweroff");
    const life = await live({ files: { "/etc/boot": boot } }).ends("power-off or halt");
    assert.ok(life.has("unlinked"));
    const failures = life.log.filter((line) => line.startsWith("<4>"));
    assert.deepEqual(failures, [
      "<4>mount /dev: Operation not permitted", // devtmpfs, in a user namespace
      "<4>mount /dev/pts: Invalid argument", // gid=5 is nobody in there
      "<4>can't trap Ctrl-Alt-Del: Invalid argument", // in a PID namespace
    ]);
  });
});

describe("orphans", { skip: skipStages }, () => {
  test("10,000 orphans are reaped while /etc/boot runs", async () => {
    const boot = script(
      "orphans 10000",
      "true & echo $! >/out/pid",
      "zombies() { grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l; }",
      "for i in 1 2 3 4 5 6 7 8 9; do test $(zombies) = 0 && break; sleep 0.1; done",
      "zombies >/out/zombies",
      "ls -d /proc/[0-9]* | wc -l >/out/processes",
      "touch /poweroff",
    );
    const setup = { files: { "/etc/boot": boot }, copies: { "/bin/orphans": program("host/orphans") }, seconds: 60 };
    const life = await live(setup).ends("power-off or halt");
    assert.equal(life.read("zombies").toString().trim(), "0");
    assert.ok(Number(life.read("pid")) > 20000, "10,000 parents and 10,000 orphans have lived");
    assert.ok(Number(life.read("processes")) < 10, life.read("processes").toString());
  });
});

describe("not PID 1", () => {
  const run = (...args: string[]) => spawnSync(...commandFor(SHIPPED, ...args), { encoding: "utf8" });

  test("says so in one line on stderr, exit 1", () => {
    const { status, stdout, stderr } = run();
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^[^\n]*not run as PID 1[^\n]*\n$/);
  });

  for (const args of [["--log"], ["--check", "x"], ["--no-such"], ["poweroff"]]) {
    test(`${args.join(" ")}: how it is used is on stderr, exit 1`, () => {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^usage: init /m);
    });
  }

  for (const option of ["--version", "--help"]) {
    test(`${option} answers, exit 0`, () => {
      const { status, stdout, stderr } = run(option);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(stdout, /^wasinit \d+\.\d+\.\d+/);
    });
  }
});
