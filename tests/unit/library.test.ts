/** What the library promises a policy, whichever call traps, and where the default logic and the templates do not show it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TRAP, live } from "../../npm/testing/simulator.js";
import { errnoNumber } from "../../npm/base/errno.js";
import { type Policy } from "../../npm/compiler/policy.js";
import { source } from "./policies.js";

/** How often a program was executed. */
function count(trace: string[], program: string): number {
  return trace.filter((line) => line.includes(`execv("${program}"`)).length;
}

/** When lines with this text came, in seconds. */
function timesOf(trace: string[], text: string): number[] {
  let time = 0;
  return trace.flatMap((line) => {
    time += Number(/^\[\+ ([\d.]+) s\]/.exec(line)?.[1] ?? 0);
    return line.includes(text) ? [Math.round(time * 1000) / 1000] : [];
  });
}

/** What the log says, without its levels. */
function logOf(trace: string[]): string[] {
  return trace.flatMap((line) => /log <\d>init: (.*)/.exec(line)?.[1] ?? []);
}

/** Lives a life once for each of its calls, which traps; `check` is told of each. */
function trapEach(policy: Policy, directives: string, check: (trace: string[], call: string) => void): void {
  const { calls, trace } = live(policy, directives);
  check(trace, "none");
  for (let n = 0; n < calls.length; n++) {
    const life = live(policy, directives, { fault: (call) => (call === n ? TRAP : 0) });
    check(life.all, `call ${n}, ${calls[n]!.text}`);
  }
}

describe("after a trap", () => {
  test("run does not run again what has ended, and takes up what runs", async () => {
    const policy = await source(
      "runs",
      `import { powerOff, run, setUp } from "wasinit";
       export function boot(): void {
         setUp();
         const first = run("/bin/first");
         const second = run("/bin/second");
         powerOff(10 * first + second);
       }`,
    );
    const directives = "program /bin/first exits 3 after 10 s\nprogram /bin/second exits 4 after 10 s\n";
    trapEach(policy, directives, (trace, call) => {
      for (const program of ["/bin/first", "/bin/second"]) assert.ok(count(trace, program) <= 1, `${program}: ${call}`);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
    assert.ok(live(policy, directives).trace.includes("log <0>init: exit status 34"));
  });

  const MAIN = `import { Service, powerOff, setUp, supervise } from "wasinit";
    const SERVICES: Service[] = [new Service("/bin/helper"), new Service("/bin/main").main()];
    export function boot(): void {
      setUp();
      powerOff(supervise(SERVICES));
    }`;
  const HELPED = "program /bin/helper runs for ever\n";

  test("the end of a main service is that of the others, and its status what supervise returns", async () => {
    const policy = await source("main", MAIN);
    trapEach(policy, `${HELPED}program /bin/main exits 3 after 5 s\n`, (trace, call) => {
      for (const program of ["/bin/main", "/bin/helper"]) assert.ok(count(trace, program) <= 1, `${program}: ${call}`);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
    const { trace } = live(policy, `${HELPED}program /bin/main exits 3 after 5 s\n`);
    const told = ["log <3>init: /bin/main exited with status 3", "log <6>init: ending /bin/helper"];
    assert.deepEqual(
      trace.filter((line) => told.includes(line)),
      told,
    );
    assert.ok(trace.includes("log <0>init: exit status 3"));
    const signalled = live(policy, `${HELPED}program /bin/main runs for ever\nat 9 s SIGUSR2\n`);
    assert.ok(signalled.trace.includes("log <0>init: exit status 0"));
    assert.ok(live(policy, HELPED).trace.includes("log <0>init: exit status 127"));
  });

  test("mountAt leaves what is mounted, as a policy begins again after a trap", async () => {
    const policy = await source(
      "mounted",
      `import { mountAt, powerOff, setUp } from "wasinit";
       import { MS_NODEV } from "wasinit/linux";
       export function boot(): void {
         setUp();
         mountAt("/data", "tmpfs", "tmpfs", MS_NODEV, "size=1m");
         mountAt("/data/more", "tmpfs", "tmpfs", MS_NODEV, "size=1m");
         powerOff();
       }`,
    );
    trapEach(policy, "", (trace, call) => {
      for (const target of ["/data", "/data/more"]) {
        const mounts = trace.filter((line) => line.startsWith(`mount("tmpfs", "${target}"`) && line.endsWith(" = 0"));
        assert.equal(mounts.length, 1, `${target}: ${call}`);
      }
    });
  });

  test("supervise takes up services that run", async () => {
    const policy = await source(
      "services",
      `import { Service, setUp, shutDown, supervise } from "wasinit";
       const SERVICES: Service[] = [
         new Service("/bin/once").oneShot(),
         new Service("/bin/one").readyWhen("/run/one"),
         new Service("/bin/two"),
       ];
       export function boot(): void {
         setUp();
         supervise(SERVICES);
         shutDown();
       }`,
    );
    const directives = [
      "program /bin/once exits 0 after 1 s",
      "program /bin/one runs for ever",
      "program /bin/two runs for ever",
      "file /run/one",
      "at 100 s SIGUSR2",
    ].join("\n");
    trapEach(policy, directives, (trace, call) => {
      for (const program of ["/bin/one", "/bin/two"]) assert.ok(count(trace, program) <= 1, `${program}: ${call}`);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
  });
});

const OPTION = source(
  "option",
  `import { info, option, powerOff } from "wasinit";
   export function boot(): void {
     const value = option("name");
     info(value === null ? "none" : "<%s>", value);
     powerOff();
   }`,
);

describe("option reads the command line as the kernel does", () => {
  for (const [line, value] of [
    ["name=value", "value"],
    ["name=one name=two", "two"],
    ["other=1 name=value more", "value"],
    ['name="two words" more', "two words"],
    ['"name=two words" more', "two words"],
    ['name="unfinished words', "unfinished words"],
    ['name=a"b c"d e', 'a"b c"d'],
    ["name=a=b", "a=b"],
    ["name=", ""],
    ["name", null],
    ["names=value", null],
    ["xname=value", null],
    ["-- name=value", null],
    ["name=value -- name=other", "value"],
    ["name=v\\tnext=1", "v"],
    ["", null],
  ] as const) {
    test(line || "an empty one", async () => {
      const { trace } = live(await OPTION, `file /proc/cmdline holds ${line}\\n\n`);
      assert.ok(
        trace.includes(`log <6>init: ${value === null ? "none" : `<${value}>`}`),
        trace.slice(0, 12).join("\n"),
      );
    });
  }
});

test("values of options are there side by side", async () => {
  const policy = await source(
    "options",
    `import { info, option, powerOff } from "wasinit";
     export function boot(): void {
       const names = ["a", "bb", "none", "d", "long", "e"];
       const values = names.map<string | null>((name) => option(name));
       for (let n = 0; n < names.length; n++) {
         const value = values[n];
         info("<%s>", value === null ? "none" : value);
       }
       powerOff();
     }`,
  );
  const values = ["one", "two words", "", "y".repeat(3000), "x"];
  const line = `a=zero a=one bb="two words" d= long=${values[3]!} e=x`;
  const { trace } = live(policy, `file /proc/cmdline holds ${line}\n`);
  const said = logOf(trace).filter((line) => line.startsWith("<"));
  assert.deepEqual(
    said.map((line) => line.slice(0, 100)),
    ["<one>", "<two words>", "<none>", "<>", `<${values[3]!}>`.slice(0, 100), "<x>"],
  );
});

describe("a hardware watchdog", () => {
  const watched = (name: string, seconds: number, end: string) =>
    source(
      `watchdog-${name}`,
      `import { info, powerOff, run, setUp, startWatchdog, switchRoot } from "wasinit";
       export function boot(): void {
         setUp();
         info("started: %d", null, startWatchdog(${seconds}));
         ${end}
       }`,
    );
  const RUN = watched("run", 30, 'powerOff(run("/bin/worker"));');
  const FOR_A_WHILE = "file /dev/watchdog\nprogram /bin/worker exits 0 after 95 s\n";

  /** The longest time that it was not fed once it was started, also not before the end. */
  function hunger(trace: string[]): number {
    const meals = [...timesOf(trace, '</dev/watchdog>, "1")'), ...timesOf(trace, "-- ")];
    return Math.max(...meals.slice(1).map((time, i) => time - meals[i]!));
  }

  test("is fed three times within its timeout, also after a trap, and to the very end", async () => {
    const directives = `${FOR_A_WHILE}program /bin/worker ignores TERM\nat 50 s SIGUSR2\nenvironment grace 40\n`;
    for (const life of [FOR_A_WHILE, directives]) {
      trapEach(await RUN, life, (trace, call) => {
        assert.ok(hunger(trace) <= 10, `${hunger(trace)} s: ${call}`);
        assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
      });
    }
    const { trace } = live(await RUN, directives);
    assert.deepEqual(timesOf(trace, "-- "), [90], "it waited for the grace period");
  });

  test("is left to the init of a new root, running", async () => {
    const policy = await watched("root", 30, 'switchRoot("/mnt");');
    const files = [
      "file /dev/watchdog",
      "disk /dev/vda on /mnt",
      ...["proc", "sbin/init"].map((f) => `file /mnt/${f}`),
    ];
    const { trace } = live(policy, files.join("\n"));
    assert.equal(trace.at(-1), "-- the machine goes on as /mnt/sbin/init");
    assert.ok(!trace.some((line) => line.includes('</dev/watchdog>, "V"')), "it was not stopped");
    assert.ok(trace.includes('open("/dev/watchdog", O_WRONLY|O_CLOEXEC, 0) = 3'), "exec closes it");
  });

  test("of which somebody else has hold is told of, and not fed", async () => {
    const { trace } = live(await RUN, `${FOR_A_WHILE}fail open /dev/watchdog EBUSY\n`);
    assert.ok(logOf(trace).includes("can't open /dev/watchdog: EBUSY"));
    assert.ok(logOf(trace).includes("started: -16"));
    assert.deepEqual(timesOf(trace, '"1")'), []);
  });

  test("whose timeout can't be set is fed by the one that it has", async () => {
    const policy = await watched("fixed", 300, 'powerOff(run("/bin/worker"));');
    const { trace } = live(policy, `${FOR_A_WHILE}fail ioctl WDIOC_SETTIMEOUT EOPNOTSUPP\n`);
    assert.ok(logOf(trace).includes("can't set the timeout of /dev/watchdog: EOPNOTSUPP"));
    assert.equal(hunger(trace), 20, "a third of 60 s");
  });

  test("that can't be fed is told of, each time", async () => {
    const { trace } = live(await RUN, `${FOR_A_WHILE}fail write /dev/watchdog EIO\n`);
    assert.deepEqual(timesOf(trace, "can't feed the watchdog: EIO"), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  test("with a timeout of nothing is one of a second, and does not keep the policy from waiting", async () => {
    const { trace } = live(await watched("nothing", 0, 'powerOff(run("/bin/worker"));'), FOR_A_WHILE);
    assert.match(trace.at(-1)!, /^-- the machine powers off/);
  });
});

describe("a random seed", () => {
  const SEED = source(
    "seed",
    `import { carrySeed, info, powerOff, setUp } from "wasinit";
     export function boot(): void {
       setUp();
       for (let n = 0; n < 2; n++) info(carrySeed("/data/seed") ? "carried" : "not carried");
       powerOff();
     }`,
  );

  /** What was stirred in, what was put into the file, and how many bits were credited, in their order. */
  function fate(trace: string[]): string[] {
    return trace.flatMap((line) => {
      const [, path, bytes] = /pwrite\(\d<\/(dev\/urandom|data\/seed)>, "([^]*)", \d+, 0\) = \d/.exec(line) ?? [];
      if (path) return [`${path === "data/seed" ? "kept" : "stirred"} ${bytes!}`];
      const [, bits] = /RNDADDTOENTCNT, \[(\d+)\]\) = 0/.exec(line) ?? [];
      return bits ? [`credited ${bits}`] : [];
    });
  }

  const results = (trace: string[]) => logOf(trace).filter((line) => /^(not )?carried$/.test(line));
  const ofLength = (bytes: number) => `file /data/seed is ${bytes} bytes of x\n`;

  test("is stirred in, replaced, and only then credited; the next time it is the new one", async () => {
    const { trace } = live(await SEED, ofLength(512));
    const [stirred, kept, credited, again, another, ...rest] = fate(trace);
    assert.equal(stirred, `stirred ${"x".repeat(20)}...`);
    assert.match(kept!, /^kept /);
    assert.equal(credited, "credited 4096");
    assert.equal(again, kept!.replace("kept", "stirred"));
    assert.notEqual(another, kept);
    assert.deepEqual(rest, ["credited 4096"]);
    assert.deepEqual(results(trace), ["carried", "carried"]);
    assert.ok(trace.some((line) => line.includes('open("/data/seed", O_WRONLY|O_CREAT|O_SYNC|O_CLOEXEC, 0600)')));
  });

  for (const [what, directives, first, said] of [
    ["that is not there is made", "", ["kept"], /can't open \/data\/seed: ENOENT/],
    ["that is empty is made", "file /data/seed\n", ["kept"], /^carried$/],
    [
      "that is short counts as what it is",
      ofLength(100),
      ["stirred", "kept", "credited 800"],
      /800 bits of the random/,
    ],
    ["that is long counts as 512 bytes", ofLength(9999), ["stirred", "kept", "credited 4096"], /4096 bits/],
    [
      "that can't be read is made",
      `${ofLength(512)}fail read /data/seed EIO 1 times\n`,
      ["kept"],
      /can't read \/data\/seed: EIO/,
    ],
    [
      "that the kernel does not credit is replaced",
      `${ofLength(512)}fail ioctl RNDADDTOENTCNT EPERM 1 times\n`,
      ["stirred", "kept"],
      /can't credit the seed: EPERM/,
    ],
  ] as const) {
    test(what, async () => {
      const { trace } = live(await SEED, directives);
      const steps = fate(trace).map((step) => step.replace(/^(stirred|kept) .*/, "$1"));
      assert.deepEqual(steps, [...first, "stirred", "kept", "credited 4096"]);
      assert.ok(
        logOf(trace).some((line) => said.test(line)),
        logOf(trace).join("\n"),
      );
      assert.deepEqual(results(trace), ["carried", "carried"]);
    });
  }

  for (const [what, directives, said] of [
    ["can't be replaced", `${ofLength(512)}fail pwrite /data/seed ENOSPC\n`, "can't write /data/seed: ENOSPC"],
    ["is on a file system that is read-only", "fail open /data/seed EROFS\n", "can't open /data/seed: EROFS"],
    ["has no generator", `${ofLength(512)}fail open /dev/urandom ENOENT\n`, "can't open /dev/urandom: ENOENT"],
    ["has no child to look", `fail fork EAGAIN 2 times\n`, "can't fork: EAGAIN"],
    [
      "is not there, and could only be made of what is not random",
      "fail read /dev/random EIO\n",
      "can't read /dev/random: EIO",
    ],
    [
      "is on a disk that does not answer",
      "child 1 runs for ever\nchild 2 runs for ever\n",
      "/data/seed got no seed in 30 s: its disk does not answer, or there is no entropy",
    ],
  ] as const) {
    test(`that ${what} is not credited, and told of`, async () => {
      const { trace } = live(await SEED, directives);
      assert.deepEqual(
        fate(trace).filter((step) => step.startsWith("credited")),
        [],
      );
      assert.ok(logOf(trace).includes(said), logOf(trace).join("\n"));
      assert.deepEqual(results(trace), ["not carried", "not carried"]);
      assert.match(trace.at(-1)!, /^-- the machine powers off/);
    });
  }

  test("is never credited twice, whichever call traps", async () => {
    trapEach(await SEED, ofLength(512), (trace, call) => {
      const steps = fate(trace);
      const counted = steps.flatMap((step, i) => (step.startsWith("credited") ? [steps.slice(0, i)] : []));
      const used = counted.map((before) => before.filter((step) => step.startsWith("stirred")).at(-1));
      assert.equal(new Set(used).size, used.length, call);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
  });
});

describe("a terminal", () => {
  const SHELL = source(
    "shell",
    `import { powerOff, rescueShell, setUp } from "wasinit";
     export function boot(): void {
       setUp();
       powerOff(rescueShell());
     }`,
  );
  const PROGRAM = "program /bin/sh exits 3 after 100 s\n";

  /** What the child does up to its exec. */
  function childOf(trace: string[]): string[] {
    return trace.flatMap((line) => /^\[pid 100\] (.*)/.exec(line)?.[1] ?? []);
  }

  function taken(path: string): string[] {
    return [
      `open("${path}", O_RDWR|O_CLOEXEC, 0) = 3`,
      `ioctl(3<${path}>, TIOCSCTTY, 1) = 0`,
      ...[0, 1, 2].map((fd) => `dup2(3<${path}>, ${fd}) = ${fd}`),
    ];
  }

  for (const [what, active, path] of [
    ["the terminal behind the console", "ttyS0\\n", "/dev/ttyS0"],
    ["the last of several", "tty0 ttyAMA0\\n", "/dev/ttyAMA0"],
    ["the console itself, if the kernel names no terminal", "", "/dev/console"],
    ["the console itself, if the kernel names nothing", "\\n", "/dev/console"],
  ] as const) {
    test(`of a rescue shell is ${what}; its status is handed out`, async () => {
      const files = ["/dev/ttyAMA0", `/sys/class/tty/console/active holds ${active}`].map((file) => `file ${file}\n`);
      const { trace } = live(await SHELL, PROGRAM + files.join(""));
      assert.deepEqual(childOf(trace).slice(-6), [...taken(path), 'execv("/bin/sh", [])']);
      assert.equal(childOf(trace)[0], "setsid() = 100");
      assert.ok(trace.includes("log <0>init: exit status 3"));
      assert.deepEqual(timesOf(trace, "-- the machine powers off"), [100], "it is waited for");
    });
  }

  for (const [what, failure, said] of [
    ["is not there", "fail open /dev/ttyS0 ENXIO", "can't open /dev/ttyS0: ENXIO"],
    ["can't be taken", "fail ioctl TIOCSCTTY EPERM", "can't control /dev/ttyS0: EPERM"],
    [
      "nobody knows",
      "fail open /sys/class/tty/console/active ENOENT",
      "can't open /sys/class/tty/console/active: ENOENT",
    ],
  ] as const) {
    test(`that ${what} is told of, and the shell runs all the same`, async () => {
      const { trace } = live(await SHELL, `${PROGRAM}${failure}\n`);
      assert.ok(logOf(trace).includes(said), logOf(trace).join("\n"));
      assert.equal(childOf(trace).at(-1), 'execv("/bin/sh", [])');
    });
  }

  test("of a shell outlives a trap, and so does the rest of the life", async () => {
    trapEach(await SHELL, PROGRAM, (trace, call) => {
      assert.ok(count(trace, "/bin/sh") <= 1, call);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
  });

  test("is not given to a shell once a signal has asked for the end, and nobody waits for one, whichever call traps", async () => {
    const policy = await source(
      "no-shell",
      `import { rescueShell, run, setUp, shutDown } from "wasinit";
       export function boot(): void {
         setUp();
         run("/bin/first");
         rescueShell();
         shutDown(run("/bin/last"));
       }`,
    );
    const programs = ["first runs for ever", "sh runs for ever", "last exits 5"].map(
      (line) => `program /bin/${line}\n`,
    );
    trapEach(policy, `${programs.join("")}at 1 s SIGUSR2\n`, (trace, call) => {
      const shell = trace.findIndex((line) => line.includes('execv("/bin/sh"'));
      assert.ok(shell < trace.indexOf("[+ 1.000 s] SIGUSR2"), call); // It may be there if the first has trapped.
      assert.ok(logOf(trace).includes("running /bin/last"), call);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
  });

  test("can be taken by any program", async () => {
    const policy = await source(
      "terminal",
      `import { Program, powerOff, runProgram, setUp, takeTerminal } from "wasinit";
       class Login extends Program {
         prepare(): void {
           takeTerminal("/dev/tty1");
         }
       }
       const login = new Login("/bin/login");
       export function boot(): void {
         setUp();
         powerOff(runProgram(login));
       }`,
    );
    const { trace } = live(policy, "file /dev/tty1\nprogram /bin/login exits 0 after 5 s\n");
    assert.deepEqual(childOf(trace), ["setsid() = 100", ...taken("/dev/tty1"), 'execv("/bin/login", [])']);
  });
});

describe("services", () => {
  const SERVICES = source(
    "readiness",
    `import { Service, info, setUp, shutDown, supervise } from "wasinit";
     class Patient extends Service {
       late(): void {
         info("late is called");
       }
     }
     const SERVICES: Service[] = [
       new Service("/bin/once").oneShot(),
       new Patient("/bin/slow").readyWhen("/run/slow", 5),
       new Service("/bin/last"),
     ];
     export function boot(): void {
       setUp();
       supervise(SERVICES);
       shutDown();
     }`,
  );
  const ONCE = "program /bin/once exits 0 after 2 s\n";
  const SLOW = "program /bin/slow runs for ever\n";
  const LAST = "program /bin/last runs for ever\n";
  const END = "at 300 s SIGUSR2\n";

  const starts = (trace: string[], path: string) => timesOf(trace, `running ${path}`);
  const ends = (trace: string[]) => assert.match(trace.at(-1)!, /^-- the machine powers off/);

  test("are ready once a file appears, and a one-shot has ended", async () => {
    const { trace } = live(await SERVICES, `${ONCE}${SLOW}${LAST}at 4 s file /run/slow\n${END}`);
    assert.deepEqual(starts(trace, "/bin/once"), [0]);
    assert.deepEqual(starts(trace, "/bin/slow"), [2]);
    const [last, ...more] = starts(trace, "/bin/last");
    assert.ok(last! >= 4 && last! <= 4.2, String(last));
    assert.deepEqual(more, []);
    assert.deepEqual(timesOf(trace, "is not ready"), []);
    ends(trace);
  });

  test("a file that was there before counts", async () => {
    const { trace } = live(await SERVICES, `${ONCE}${SLOW}${LAST}file /run/slow\n${END}`);
    assert.deepEqual(starts(trace, "/bin/last"), [2]);
  });

  test("a one-shot that fails is tried again, and those behind it wait", async () => {
    const { trace } = live(
      await SERVICES,
      `program /bin/once exits 1 after 2 s\n${ONCE}${SLOW}${LAST}file /run/slow\n${END}`,
    );
    assert.deepEqual(starts(trace, "/bin/once"), [0, 3]);
    assert.deepEqual(starts(trace, "/bin/slow"), [5]);
  });

  test("that are late are told of once; those behind go on waiting, and start when it is ready", async () => {
    const { trace } = live(await SERVICES, `${ONCE}${SLOW}${LAST}at 200 s file /run/slow\n${END}`);
    assert.deepEqual(timesOf(trace, "/bin/slow is not ready after 5 s"), [7]);
    assert.deepEqual(timesOf(trace, "late is called"), [7]);
    const [last] = starts(trace, "/bin/last");
    assert.ok(last! >= 200 && last! <= 200.2, String(last));
  });

  test("that never get ready hold up those behind them, and end with the machine", async () => {
    const life = `${ONCE}${SLOW}${END}`;
    const { trace } = live(await SERVICES, life);
    assert.deepEqual(starts(trace, "/bin/last"), []);
    assert.deepEqual(timesOf(trace, "ending /bin/slow"), [300]);
    ends(trace);
  });

  test("that end before they are ready are late from their first start on", async () => {
    const crash = "program /bin/slow dies of SIGSEGV after 1 s\n";
    const { trace } = live(await SERVICES, `${ONCE}${crash}${crash}${crash}${SLOW}${END}`);
    assert.deepEqual(starts(trace, "/bin/slow"), [2, 4, 7, 12]);
    assert.deepEqual(timesOf(trace, "/bin/slow is not ready after 5 s"), [7]);
    ends(trace);
  });

  const ONE = source(
    "one",
    `import { Service, setUp, shutDown, supervise } from "wasinit";
     const SERVICES: Service[] = [new Service("/bin/web")];
     export function boot(): void {
       setUp();
       supervise(SERVICES);
       shutDown();
     }`,
  );
  /** Seconds from an end to the next start. */
  const delays = (trace: string[]) =>
    logOf(trace).flatMap((line) => Number(/starts again in (\d+) s/.exec(line)?.[1] ?? NaN) || []);

  test("that fail at once start again after 1, 2, 4 up to 30 s, and after 1 s once one has run for a minute", async () => {
    const runs = [...Array<number>(7).fill(0), 60, 59, 0].map((time) => `program /bin/web exits 1 after ${time} s\n`);
    const { trace } = live(await ONE, `${runs.join("")}program /bin/web runs for ever\nat 500 s SIGUSR2\n`);
    assert.deepEqual(delays(trace), [1, 2, 4, 8, 16, 30, 30, 1, 2, 4]);
    const times = starts(trace, "/bin/web");
    assert.deepEqual(times.slice(0, 7), [0, 1, 3, 7, 15, 31, 61]);
    ends(trace);
  });

  for (const [what, directives, said] of [
    ["that are not there", "", "can't run /bin/web: ENOENT"],
    [
      "for which there is no process",
      "program /bin/web runs for ever\nfail fork EAGAIN 5 times\n",
      "can't fork: EAGAIN",
    ],
  ] as const) {
    test(`${what} are tried again`, async () => {
      const { trace } = live(await ONE, `${directives}at 100 s SIGUSR2\n`);
      assert.ok(logOf(trace).includes(said), logOf(trace).join("\n"));
      assert.deepEqual(starts(trace, "/bin/web").slice(0, 6), [0, 1, 3, 7, 15, 31]);
      ends(trace);
    });
  }

  test("a signal that asks for the end comes through while they wait to start again", async () => {
    const { trace } = live(await ONE, "program /bin/web exits 1\nat 40 s SIGTERM\n");
    assert.deepEqual(timesOf(trace, "asks for a restart"), [40]);
    assert.equal(trace.at(-1), "-- the machine restarts");
  });

  test("wait, are late and start again across a trap as without it", async () => {
    const life = `${ONCE}program /bin/slow dies of SIGSEGV after 1 s\n${SLOW}${LAST}at 9 s file /run/slow\nat 20 s SIGUSR2\n`;
    trapEach(await SERVICES, life, (trace, call) => {
      assert.ok(timesOf(trace, "late is called").length <= 1, call);
      assert.ok(count(trace, "/bin/last") <= 1, call);
      for (const time of starts(trace, "/bin/last")) assert.ok(time >= 9, `${time}: ${call}`);
      assert.match(trace.at(-1)!, /^-- the machine powers off/, call);
    });
  });

  test("one after another: what is done is not done again, and nothing of the first is left for the second", async () => {
    const policy = await source(
      "two-lists",
      `import { Service, powerOff, run, setUp, supervise } from "wasinit";
       const FIRST: Service[] = [new Service("/bin/once").oneShot(), new Service("/bin/again").oneShot()];
       const SECOND: Service[] = [new Service("/bin/helper"), new Service("/bin/main").main()];
       export function boot(): void {
         setUp();
         run("/bin/before");
         const first = supervise(FIRST);
         const second = supervise(SECOND);
         powerOff(100 * first + 10 * second + run("/bin/after"));
       }`,
    );
    const programs = ["before 1 after 1", "once 0 after 2", "again 0 after 2", "main 4 after 5", "after 2 after 1"];
    const directives = programs.map((program) => `program /bin/${program.replace(" ", " exits ")} s\n`).join("");
    const life = `program /bin/helper runs for ever\n${directives}`;
    trapEach(policy, life, (trace, call) => {
      for (const name of ["before", "helper", "main", "after"])
        assert.ok(count(trace, `/bin/${name}`) <= 1, `${name}: ${call}`);
      ends(trace);
    });
    assert.ok(live(policy, life).trace.includes("log <0>init: exit status 42"));
  });

  const ALERT = source(
    "alert",
    `import { NOBODY, Service, now, powerOff, run, setUp, supervise, waitFor } from "wasinit";
     class Patient extends Service {
       late(): void {
         run("/bin/alert");
         waitFor(NOBODY, now() + 5000);
         run("/bin/report");
       }
     }
     const SERVICES: Service[] = [new Service("/bin/db"), new Patient("/bin/slow").readyWhen("/run/slow", 5)];
     export function boot(): void {
       setUp();
       const status = supervise(SERVICES);
       powerOff(status + run("/bin/cleanup"));
     }`,
  );
  const ALERTED = [
    "program /bin/alert exits 0 after 10 s",
    "program /bin/report exits 0 after 10 s",
    "program /bin/cleanup exits 7 after 1 s",
    SLOW,
  ].join("\n");

  for (const [what, time] of [
    ["a program that", 10],
    ["the time that", 17],
    ["another program that", 22],
  ] as const) {
    test(`that end while ${what} late waits for runs are told of, and start again`, async () => {
      const db = `program /bin/db exits 3 after ${time} s\nprogram /bin/db runs for ever\n`;
      const { trace } = live(await ALERT, `${db}${ALERTED}at 60 s SIGUSR2\n`);
      assert.deepEqual(timesOf(trace, "/bin/db exited with status 3"), [time]);
      assert.deepEqual(starts(trace, "/bin/db").map(Math.floor), [0, 30]);
    });
  }

  test("are looked after, whichever waitpid says that there is no child", async () => {
    const life = "program /bin/web exits 3 after 5 s\nprogram /bin/web runs for ever\nat 60 s SIGUSR2\n";
    const { calls } = live(await ONE, life);
    for (const [n, { name }] of calls.entries()) {
      if (name !== "waitpid") continue;
      const { all } = live(await ONE, life, { fault: (call) => (call === n ? errnoNumber("ECHILD") : 0) });
      assert.equal(starts(all, "/bin/web").length, 2, `call ${n}`);
      ends(all);
    }
  });

  test("late may be called again after a trap, and what it had run is neither left nor taken for another one", async () => {
    const life = `program /bin/db runs for ever\n${ALERTED}at 60 s SIGUSR2\n`;
    const lateEnds = (trace: string[]) => trace.filter((line) => /^waitpid.*<\/bin\/(alert|report)>/.test(line)).length;
    trapEach(await ALERT, life, (trace, call) => {
      assert.ok(starts(trace, "/bin/cleanup").length > 0, call);
      assert.ok(count(trace, "/bin/db") <= 1, call);
      assert.ok(lateEnds(trace) <= count(trace, "/bin/alert") + count(trace, "/bin/report"), call);
      ends(trace);
    });
    assert.ok(live(await ALERT, life).trace.includes("log <0>init: exit status 7"));
  });

  test("late that ends the machine does so whichever call traps", async () => {
    const policy = await source(
      "trial",
      `import { Service, restart, setUp, supervise } from "wasinit";
       class Trial extends Service {
         late(): void {
           restart();
         }
       }
       const SERVICES: Service[] = [new Trial("/bin/slow").readyWhen("/run/slow", 5)];
       export function boot(): void {
         setUp();
         supervise(SERVICES);
       }`,
    );
    trapEach(policy, SLOW, (trace, call) => assert.equal(trace.at(-1), "-- the machine restarts", call));
  });

  test("a one-shot may be late, too", async () => {
    const policy = await source(
      "late-one-shot",
      `import { Service, powerOff, setUp, supervise } from "wasinit";
       class Check extends Service {
         late(): void {
           powerOff();
         }
       }
       const SERVICES: Service[] = [new Check("/bin/once").oneShot(3)];
       export function boot(): void {
         setUp();
         supervise(SERVICES);
       }`,
    );
    const { trace } = live(policy, "program /bin/once runs for ever\n");
    assert.deepEqual(timesOf(trace, "/bin/once is not ready after 3 s").map(Math.floor), [3]);
    ends(trace);
  });

  for (const both of ['oneShot().readyWhen("/run/once")', 'readyWhen("/run/once").oneShot()']) {
    test(`${both} is refused, as its file would not be looked for`, async () => {
      const policy = await source(
        "both",
        `import { Service, setUp, supervise } from "wasinit";
         const SERVICES: Service[] = [new Service("/bin/once").${both}];
         export function boot(): void {
           setUp();
           supervise(SERVICES);
         }`,
      );
      const { trace, problem } = live(policy, "");
      assert.match(trace.concat(problem).join("\n"), /a one-shot is ready once it has ended, not by a file/);
    });
  }

  test("one that was just forked, and has no process group yet, is ended as the others are", async () => {
    const { trace } = live(await ONE, "program /bin/web runs for ever\nat 5 s SIGUSR2\nfail kill ESRCH 1 times\n");
    const kills = trace.flatMap((line) => /^kill\((.*)\)/.exec(line)?.[1] ?? []);
    assert.deepEqual(kills.slice(0, 2), ["-100, SIGTERM", "100, SIGTERM"]);
    assert.deepEqual(timesOf(trace, "-- "), [5]);
  });
});

test("the machine ends as it is asked to, else as the policy says", async () => {
  for (const [otherwise, directives, end] of [
    ["Request.PowerOff", "", "powers off"],
    ["Request.Restart", "", "restarts"],
    ["Request.Halt", "", "halts"],
    ["Request.Restart", "at 1 s SIGUSR2\n", "powers off"],
    ["Request.Halt", "at 1 s SIGTERM\n", "restarts"],
    ["Request.Restart", "at 1 s SIGUSR1\n", "halts"],
  ] as const) {
    const policy = await source(
      "end",
      `import { Request, run, setUp, shutDown } from "wasinit";
       export function boot(): void {
         setUp();
         run("/bin/job");
         shutDown(-1, ${otherwise});
       }`,
    );
    const { trace } = live(policy, `program /bin/job exits 0 after 5 s\n${directives}`);
    assert.equal(trace.at(-1), `-- the machine ${end}`, `${otherwise} ${directives}`);
  }
});

describe("sysctl takes names as sysctl(8) does", () => {
  for (const [name, file] of [
    ["net.ipv4.ip_forward", "net/ipv4/ip_forward"],
    ["net/ipv4/ip_forward", "net/ipv4/ip_forward"],
    ["net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding"],
    ["net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"],
    ["a", "a"],
  ] as const) {
    test(name, async () => {
      const set = await source(
        "sysctl",
        `import { powerOff, sysctl } from "wasinit";
         export function boot(): void {
           sysctl("${name}", "1");
           powerOff();
         }`,
      );
      const { trace } = live(set, `file /proc/sys/${file}\n`);
      assert.ok(
        trace.some((line) => line.startsWith(`open("/proc/sys/${file}", `) && line.endsWith(" = 3")),
        trace.join("\n"),
      );
    });
  }
});

test("a control group is a directory, and goes once its processes are gone", async () => {
  const policy = await source(
    "group",
    `import { Cgroup, info, powerOff, setUp } from "wasinit";
     const group = new Cgroup("/sys/fs/cgroup/web");
     export function boot(): void {
       setUp();
       group.create();
       for (let n = 0; n < 2; n++) info("removed: %d", null, group.remove());
       powerOff();
     }`,
  );
  const { trace } = live(policy, "fail rmdir /sys/fs/cgroup/web EBUSY 1 times\n");
  assert.ok(trace.includes('mkdir("/sys/fs/cgroup/web", 0755) = 0'));
  assert.deepEqual(
    logOf(trace).filter((line) => /rmdir|removed/.test(line)),
    ["rmdir /sys/fs/cgroup/web: EBUSY", "removed: -16", "removed: 0"],
  );
});

describe("mountAt", () => {
  /** The calls of mount(2), of what is mounted once all else is. */
  async function mountsOf(arguments_: string, directives = ""): Promise<string[]> {
    const policy = await source(
      "mount-at",
      `import { mountAt, powerOff, setUp } from "wasinit";
       import { MS_PRIVATE, MS_REMOUNT, MS_RDONLY } from "wasinit/linux";
       export function boot(): void {
         setUp();
         mountAt(${arguments_});
         powerOff();
       }`,
    );
    const { trace } = live(policy, `file /data\n${directives}`);
    return trace
      .slice(trace.findIndex((line) => line.includes('mkdir("/data')))
      .filter((line) => /^mount\(/.test(line));
  }

  const DATA = '"/data", "tmpfs", "tmpfs"';
  const MOUNTED = "disk /dev/vda on /data\n";

  test("mounts on a directory that is there, also below a mount point, and beside one of a longer name", async () => {
    assert.equal((await mountsOf(DATA)).length, 1);
    assert.equal((await mountsOf(DATA, "disk /dev/vda on /data2\ndisk /dev/vdb on /dat\n")).length, 1);
    assert.equal((await mountsOf('"/data/more", "tmpfs", "tmpfs"', `${MOUNTED}file /data/more\n`)).length, 1);
  });

  test("leaves what is mounted, among however many", async () => {
    assert.deepEqual(await mountsOf(DATA, MOUNTED), []);
    assert.deepEqual(await mountsOf(DATA, `${"disk /dev/vdb on /a-path-that-is-long\n".repeat(20)}${MOUNTED}`), []);
  });

  test("changes what is mounted", async () => {
    for (const flags of ["MS_PRIVATE", "MS_REMOUNT | MS_RDONLY"]) {
      assert.equal((await mountsOf(`"/data", null, null, ${flags}`, MOUNTED)).length, 1, flags);
    }
  });

  test("mounts if the kernel does not tell what is mounted", async () => {
    assert.equal((await mountsOf(DATA, `${MOUNTED}fail read /proc/self/mountinfo EIO\n`)).length, 1);
    assert.equal((await mountsOf(DATA, `${MOUNTED}fail open /proc/self/mountinfo EACCES\n`)).length, 1);
  });
});

test("what runs for ever takes no memory", async () => {
  const CALLS = [
    'mountAt("/data/more", "tmpfs", "tmpfs")',
    'umount("/none")',
    'run("/bin/true")',
    'option("name")',
    'carrySeed("/data/seed")',
    'sendVsock(2, 1, "text")',
    "raiseLoopback()",
    "limit(7, 4096)",
    'look("/data")',
    'isProgram("/bin/true")',
    'isDirectory("/data")',
    'writeFile("/data/file", "text")',
    'switchRoot("/none")',
    'info("%s", "text")',
    'failed("%s: %m", "text", -2)',
    "waitFor(NOBODY, now() + 10)",
    "supervise(SERVICES)",
    "rescueShell()",
    "startKernel()",
  ];
  const policy = await source(
    "memory",
    `import { NOBODY, Service, carrySeed, failed, info, isDirectory, isProgram, limit, look, mountAt, now } from "wasinit";
     import { option, powerOff, raiseLoopback, rescueShell, run, sendVsock, setUp, startKernel, supervise } from "wasinit";
     import { switchRoot, umount, waitFor, writeFile } from "wasinit";
     const SERVICES: Service[] = [new Service("/bin/true").oneShot()];
     function all(): void {
       let before: usize = 0;
       ${CALLS.map((call, n) => `before = heap.alloc(0); ${call}; info("${n} took %d", null, heap.alloc(0) - before);`).join("\n")}
     }
     export function boot(): void {
       setUp();
       all();
       all();
       powerOff();
     }`,
  );
  const program = (path: string) => `program ${path} exits 0\n`.repeat(8);
  const { trace } = live(
    policy,
    `file /data\nfile /data/more\nfile /proc/cmdline holds name=x\n${program("/bin/true")}${program("/bin/sh")}`,
  );
  const taken = logOf(trace).filter((line) => / took /.test(line));
  assert.equal(taken.length, 2 * CALLS.length);
  const least = Math.min(...taken.map((line) => Number(line.split(" ").at(-1))));
  assert.deepEqual(
    taken.map((line, n) => (Number(line.split(" ").at(-1)) > least ? CALLS[n % CALLS.length]! : "")).filter(Boolean),
    [],
  );
});
