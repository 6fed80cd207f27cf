/** What the library promises a policy, whichever call traps, and where the default logic and the templates do not show it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TRAP, live } from "../../npm/test/simulator.js";
import { type Policy } from "../../npm/build/policy.js";
import { source } from "./policies.js";

/** How often a program was executed. */
function count(trace: string[], program: string): number {
  return trace.filter((line) => line.includes(`execv("${program}"`)).length;
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
