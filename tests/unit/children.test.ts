/** A child that a policy forks does what the policy has it do: it goes first, until it ends or becomes a program. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Policy } from "../../npm/compiler/policy.js";
import { live } from "../../npm/testing/simulator.js";
import { run } from "./harness.js";
import { policy } from "./policies.js";

/** Starts a program in a child of its own, and waits for a child, whichever it is. */
const FUNCTIONS = `
  let started = 0;
  function start(path: string): i32 {
    started++;
    const pid = linux.fork();
    if (pid == 0) {
      linux.setsid();
      linux.syslog(6, "%s is number %d", path, started);
      linux.execv(path, [path, "-f"]);
      linux._exit(127);
    }
    return pid;
  }
  function wait(): void {
    linux.waitpid(-1, 0);
  }`;

/** Checks that both engines live that life. */
async function check(policy: Policy, directives: string, trace: string[]): Promise<void> {
  const life = live(policy, directives);
  assert.deepEqual(life.trace, trace);
  assert.equal(life.problem, "");
  assert.deepEqual(await run(directives, policy), { trace: [...trace, ""].join("\n"), problem: "" });
}

const END = ["reboot(RB_POWER_OFF)", "-- the machine powers off"];

describe("a child", { concurrency: 2 }, () => {
  test("becomes a program, or can't; PID 1 knows nothing of what it did in its own memory", async () => {
    const two = await policy("two", 'start("/bin/web"); start("/bin/no"); wait(); wait(); wait();', FUNCTIONS);
    await check(two, "program /bin/web exits 3 after 5 s\n", [
      "fork() = 100",
      "[pid 100] setsid() = 100",
      "[pid 100] log <6>init: /bin/web is number 1",
      '[pid 100] execv("/bin/web", ["/bin/web", "-f"])',
      "fork() = 101",
      "[pid 101] setsid() = 101",
      "[pid 101] log <6>init: /bin/no is number 2",
      '[pid 101] execv("/bin/no", ["/bin/no", "-f"]) = -ENOENT',
      "[pid 101] _exit(127)",
      "waitpid(-1, 0) = 101<a child>, exited with 127",
      "[+ 5.000 s] /bin/web exits with 3",
      "waitpid(-1, 0) = 100</bin/web>, exited with 3",
      "waitpid(-1, 0) = -ECHILD",
      ...END,
    ]);
  });

  test("that forks is a parent of its own; what it leaves behind is PID 1's", async () => {
    const nested = await policy(
      "nested",
      `if (linux.fork() == 0) {
         start("/bin/one");
         linux.chdir("/inner");
         if (linux.fork() == 0) linux._exit(5);
         linux.waitpid(-1, 0);
         linux._exit(6);
       }
       linux.open("/data", linux.O_RDONLY, 0);
       wait();
       wait();`,
      FUNCTIONS,
    );
    await check(nested, "program /bin/one exits 1 after 2 s\nfile /data\n", [
      "fork() = 100",
      "[pid 100] fork() = 101",
      "[pid 101] setsid() = 101",
      "[pid 101] log <6>init: /bin/one is number 1",
      '[pid 101] execv("/bin/one", ["/bin/one", "-f"])',
      '[pid 100] chdir("/inner") = 0',
      "[pid 100] fork() = 102",
      "[pid 102] _exit(5)",
      "[pid 100] waitpid(-1, 0) = 102<a child>, exited with 5",
      "[pid 100] _exit(6)",
      'open("/data", O_RDONLY, 0) = 3',
      "waitpid(-1, 0) = 100<a child>, exited with 6",
      "[+ 2.000 s] /bin/one exits with 1",
      "waitpid(-1, 0) = 101</bin/one>, exited with 1",
      "reboot(RB_POWER_OFF)",
      "-- the machine powers off; left open: 3</data>",
    ]);
  });

  test("has the descriptors and the environment of PID 1, and gives none back", async () => {
    const copies = await policy(
      "copies",
      `linux.open("/a", linux.O_RDONLY | linux.O_CLOEXEC, 0);
       linux.setenv("NAME", "one", 1);
       if (linux.fork() == 0) {
         linux.close(3);
         linux.setenv("NAME", "two", 1);
         linux._exit(0);
       }
       const buffer = new StaticArray<u8>(8);
       linux.getenv("NAME", changetype<usize>(buffer), 8);
       linux.read(3, changetype<usize>(buffer), 8);
       linux.close(3);`,
    );
    await check(copies, "file /a holds text\n", [
      'open("/a", O_RDONLY|O_CLOEXEC, 0) = 3',
      'setenv("NAME", "one", 1) = 0',
      "fork() = 100",
      "[pid 100] close(3</a>) = 0",
      '[pid 100] setenv("NAME", "two", 1) = 0',
      "[pid 100] _exit(0)",
      'getenv("NAME", 8) = "one"',
      "read(3</a>, 8) = 4",
      "close(3</a>) = 0",
      ...END,
    ]);
  });

  test("that waits has PID 1 wait, which then finds what has come meanwhile", async () => {
    const slow = await policy(
      "slow",
      `if (linux.fork() == 0) {
         linux.sigtimedwait(u64.MAX_VALUE, 3000);
         linux._exit(0);
       }
       linux.sigtimedwait(u64.MAX_VALUE, 0);
       linux.sigtimedwait(u64.MAX_VALUE, 0);`,
    );
    await check(slow, "at 1 s SIGTERM\n", [
      "fork() = 100",
      "[+ 1.000 s] SIGTERM",
      "[+ 2.000 s]",
      "[pid 100] sigtimedwait(every signal, 3000 ms) = -EAGAIN",
      "[pid 100] _exit(0)",
      "sigtimedwait(every signal, 0 ms) = SIGTERM",
      "sigtimedwait(every signal, 0 ms) = SIGCHLD",
      ...END,
    ]);
  });

  test("of which the scenario tells is not lived: all of them, or one by its number", async () => {
    const told = await policy("told", 'start("/bin/a"); start("/bin/b"); wait(); wait();', FUNCTIONS);
    await check(told, "the child exits 4 after 1 s\nthe child dies of SIGSEGV after 2 s\n", [
      "fork() = 100",
      "fork() = 101",
      "[+ 1.000 s] the child exits with 4",
      "waitpid(-1, 0) = 100<the child>, exited with 4",
      "[+ 1.000 s] the child dies of SIGSEGV",
      "waitpid(-1, 0) = 101<the child>, killed by SIGSEGV",
      ...END,
    ]);
    await check(told, "child 2 exits 7 after 1 s\nprogram /bin/a exits 0 after 2 s\n", [
      "fork() = 100",
      "[pid 100] setsid() = 100",
      "[pid 100] log <6>init: /bin/a is number 1",
      '[pid 100] execv("/bin/a", ["/bin/a", "-f"])',
      "fork() = 101",
      "[+ 1.000 s] child 2 exits with 7",
      "waitpid(-1, 0) = 101<child 2>, exited with 7",
      "[+ 1.000 s] /bin/a exits with 0",
      "waitpid(-1, 0) = 100</bin/a>, exited with 0",
      ...END,
    ]);
  });

  test("that is followed is all there is; its children are lived", async () => {
    const followed = await policy(
      "followed",
      'if (linux.fork() == 0) { start("/bin/a"); wait(); linux.execv("/bin/b", []); }',
      FUNCTIONS,
    );
    await check(followed, "follow the child\nprogram /bin/a exits 0 after 1 s\nfile /bin/b\n", [
      "fork() = 0",
      "fork() = 100",
      "[pid 100] setsid() = 100",
      "[pid 100] log <6>init: /bin/a is number 1",
      '[pid 100] execv("/bin/a", ["/bin/a", "-f"])',
      "[+ 1.000 s] /bin/a exits with 0",
      "waitpid(-1, 0) = 100</bin/a>, exited with 0",
      'execv("/bin/b", [])',
      "-- the child goes on as /bin/b",
    ]);
  });

  test("that traps ends by that, and PID 1 goes on", async () => {
    const traps = await policy("traps", "if (linux.fork() == 0) unreachable(); wait();", FUNCTIONS);
    const life = live(traps, "");
    const end = ["[pid 100] traps", "waitpid(-1, 0) = 100<a child>, exited with 1", ...END];
    assert.deepEqual(life.trace, ["fork() = 100", ...end]);
    assert.match(life.problem, /^trap: unreachable\n {4}at traps\/boot$/m);
  });

  test("is never PID 1 itself, which can't exit", async () => {
    await check(await policy("exit", "linux._exit(0);"), "", ["_exit(0) = -EPERM", ...END]);
  });

  test("that waits for ever is told of", async () => {
    const waits = await policy("waits", "if (linux.fork() == 0) linux.sigtimedwait(0, -1);");
    await check(waits, "", ["fork() = 100", "-- pid 100 waits for ever"]);
  });
});

test("40 children in one another, and one after another", async () => {
  const many = await policy(
    "many",
    `for (let i = 0; i < 40; i++) {
       if (linux.fork() == 0) linux._exit(i);
     }
     for (let i = 0; i < 40; i++) {
       if (linux.fork() != 0) { linux.waitpid(-1, 0); linux._exit(i); break; }
     }`,
  );
  const life = live(many, "");
  const { trace } = await run("", many);
  assert.equal(trace, life.trace.map((line) => `${line}\n`).join(""));
  assert.equal(life.trace.filter((line) => line.includes("fork() = ")).length, 80);
});
