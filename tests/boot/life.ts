/** Tests that share one life of a machine: it is boot that takes the time. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type End, type Life, type Setup, boot } from "./qemu.js";

/** A console without the kernel's log, whose lines may stand in the middle of a program's. */
export function withoutLog(console: string): string {
  return console.replace(/\[ *\d+\.\d{6}\] .*\n/g, "");
}

/** The report of a machine, by the names that the guest gave its lines. */
export class Told {
  private shown = false;
  private readonly lines: { name: string; text: string }[];

  constructor(readonly life: Life) {
    this.lines = life.report
      .split("\n")
      .filter(Boolean)
      .map((line) => ({ name: line.replace(/:.*/s, ""), text: line.replace(/^[^:]*: ?/, "") }));
  }

  /** What was reported under `name`; that it was is part of the verdict. */
  all(name: string): string[] {
    const found = this.lines.filter((line) => line.name == name).map((line) => line.text);
    assert.notEqual(found.length, 0, `nothing was reported as "${name}"`);
    return found;
  }

  /** The only line that was reported under `name`. */
  one(name: string): string {
    const found = this.all(name);
    assert.equal(found.length, 1, `reported as "${name}": ${found.join(" | ")}`);
    return found[0] as string;
  }

  /** What programs printed on the console. */
  printed(): string {
    return withoutLog(this.life.console);
  }

  /** Lines of /init's log on the console, as `init: …`. */
  log(): string[] {
    return this.life.console.split("\n").flatMap((line) => /\] (init: .*)$/.exec(line)?.[1] ?? []);
  }

  /** Asserts that these lines are in /init's log, in this order; others may stand between them. */
  logged(...expected: string[]): void {
    const log = this.log();
    let from = 0;
    for (const line of expected) {
      const at = log.indexOf(`init: ${line}`, from);
      assert.notEqual(at, -1, `not in the log, or not in this order: ${line}`);
      from = at + 1;
    }
  }

  /** When a line of /init's log was written: seconds since the kernel started. */
  when(line: string): number {
    const found = this.life.console.split("\n").find((text) => text.endsWith(`] init: ${line}`));
    assert.ok(found, `not in the log: ${line}`);
    return Number(/\[ *([0-9.]+)\] init: /.exec(found)?.[1]);
  }

  ended(how: End): void {
    assert.equal(this.life.end, how, "how the machine ended");
  }

  /** Runs a check; the first that fails shows the serial ports. */
  check(what: Check): void {
    try {
      what(this);
    } catch (error) {
      if (this.shown || !(error instanceof Error)) throw error;
      this.shown = true;
      throw new Error(`${error.message}\n${this.ports()}`, { cause: error });
    }
  }

  private ports(): string {
    return `--- console ---\n${this.life.console}\n--- report ---\n${this.life.report}---\n`;
  }
}

export type Check = (told: Told) => void;

/**
 * Boots a machine once, and asks it about each behaviour.
 * @param behaviours the checks, or why there is nothing to check on this machine.
 * @param skip why the machine can't be, else false.
 */
export function life(
  name: string,
  setup: Setup | (() => Setup),
  behaviours: Record<string, Check | string>,
  skip: string | false = false,
): void {
  if (skip) return void test(name, { skip }, () => undefined);
  describe(name, () => {
    let told: Promise<Told>;
    before(async () => {
      told = (async () => new Told(await boot(typeof setup == "function" ? setup() : setup)))();
      await told.catch(() => undefined); // Each test tells what it was.
    });
    for (const [behaviour, check] of Object.entries(behaviours)) {
      if (typeof check == "string") test(behaviour, { skip: check }, () => undefined);
      else test(behaviour, async () => (await told).check(check));
    }
  });
}
