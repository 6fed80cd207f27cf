import assert from "node:assert/strict";
import { noKeyboard, pressCtrlAltDel } from "./keyboard.js";
import { life } from "./life.js";
import type { End, Machine } from "./qemu.js";

const ON = "report ready now; sleep 1000; report never reached";

interface Ending {
  end: End;
  /** What /etc/boot does, after it reported itself. */
  boot: string;
  /** What /etc/reboot does, after it reported itself; null: there is none. */
  reboot?: string | null;
  /** The line in which the log tells of the request. */
  log?: string;
  meanwhile?: (machine: Machine) => Promise<void>;
  /** Why the machine can't be told so, else false. */
  skip?: string | false;
}

async function pressWhenReady(machine: Machine): Promise<void> {
  await machine.reports(/ready/);
  pressCtrlAltDel(machine);
}

const ENDINGS: Record<string, Ending> = {
  "/reboot restarts the machine": { boot: "touch /reboot", end: "reboot" },
  "/poweroff powers it off, without an /etc/reboot too": { boot: "touch /poweroff", reboot: null, end: "power-off" },
  "/halt halts it": { boot: "touch /halt", end: "halt" },
  "a flag that /etc/reboot leaves counts": { boot: "exit 0", reboot: "touch /poweroff", end: "power-off" },
  "busybox's reboot": { boot: `reboot; ${ON}`, end: "reboot", log: "signal 15 asks for a restart" },
  "busybox's poweroff": { boot: `poweroff; ${ON}`, end: "power-off", log: "signal 12 asks for power-off" },
  "busybox's halt": { boot: `halt; ${ON}`, end: "halt", log: "signal 10 asks for a halt" },
  "poweroff during /etc/reboot": {
    boot: "exit 0",
    reboot: `poweroff; ${ON}`,
    end: "power-off",
    log: "signal 12 asks for power-off",
  },
  "Ctrl-Alt-Del": {
    boot: ON,
    end: "reboot",
    log: "signal 2 asks for a restart",
    meanwhile: pressWhenReady,
    skip: noKeyboard,
  },
};

const LAST = { reboot: "restarting", "power-off": "powering off", halt: "halting" } as Record<End, string>;

function ends(name: string, { end, boot, reboot = "true", log, meanwhile, skip }: Ending): void {
  const files: Record<string, string> = { "/etc/boot": `#!/bin/sh\nreport stage boot\n${boot}\n` };
  if (reboot) files["/etc/reboot"] = `#!/bin/sh\nreport stage reboot\n${reboot}\n`;
  life(
    name,
    { files, ...(meanwhile && { meanwhile }) },
    {
      [`ends in: ${end}`]: (told) => told.ended(end),
      "runs each stage once": (told) => assert.deepEqual(told.all("stage"), reboot ? ["boot", "reboot"] : ["boot"]),
      "ends a stage that runs": (told) => assert.doesNotMatch(told.life.report, /never/),
      "is told of in the log": (told) =>
        told.logged(...(log ? [log] : []), "ending all processes", "syncing", LAST[end]),
    },
    skip,
  );
}

for (const [name, ending] of Object.entries(ENDINGS)) ends(name, ending);
