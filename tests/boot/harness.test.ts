/** The harness can fail: what goes wrong in a machine is seen, and seen for what it is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Told } from "./life.js";
import { type End, boot } from "./qemu.js";

const START = "#!/bin/sh\nmount -t proc none /proc\nmount -t devtmpfs none /dev\nreport mark here\n";

async function ends(init: string, seconds: number): Promise<Told> {
  return new Told(await boot({ init: START + init, files: { "/proc/.keep": "" }, seconds }));
}

function isReported(told: Told, end: End): void {
  told.check(() => assert.equal(told.one("mark"), "here"));
  told.check(() => told.ended(end));
}

describe("the harness can fail", () => {
  test("an init that exits is a panic", async () => isReported(await ends("exit 0", 90), "panic"));

  test("an init that hangs is a time-out", async () => isReported(await ends("sleep 1000", 25), "time-out"));

  test("a reset that nobody announced is a crash", async () =>
    isReported(await ends("echo 1 >/proc/sys/kernel/sysrq; echo b >/proc/sysrq-trigger; sleep 1000", 90), "crash"));

  test("a wrong end, a wrong mark, a missing one and a missing log line fail, and show the serial ports", async () => {
    const told = await ends("reboot -f", 90);
    const shown = /--- console ---\n[^]*Linux version[^]*--- report ---\nmark: here\n/;
    const wrong = (what: (told: Told) => void, expected: RegExp) => assert.throws(() => told.check(what), expected);
    wrong((it) => it.ended("power-off"), shown);
    wrong((it) => assert.equal(it.one("mark"), "there"), /'here'[^]*'there'/);
    wrong((it) => it.one("other"), /nothing was reported as "other"/);
    wrong((it) => it.logged("running /etc/boot"), /not in the log/);
    told.ended("reboot");
  });

  test("a machine that QEMU can't start is an error that tells why", () =>
    assert.rejects(boot({ memory: -1 }), /failed with status 1: [^]*-m/));
});
