/** A machine whose logic fails again and again restarts without it, and its disks are as after any other end. */
import { test } from "node:test";
import { compile } from "../host/modules.js";
import { assertClean, assertCounted, assertEnded, makeDisk, makeShelf, noDisks, writingMachine } from "./disk.js";
import { life } from "./life.js";
import { withModule } from "./module.js";

const TRAPS = compile(
  "traps-again",
  `import "../../../assembly/abort";
  import { Phase, life } from "../../../assembly/life";
  import { spawn } from "../../../assembly/linux";
  import { setUp } from "../../../assembly/setup";
  export { kept } from "../../../assembly/life";
  export function boot(): void {
    if (life.phase == Phase.SetUp) {
      setUp();
      life.phase = Phase.Boot;
      spawn("/etc/boot", 0);
    }
    unreachable();
  }`,
);

function giveUp(): void {
  const shelf = makeShelf();
  const names = ["outer", "inner", "busy"];
  const disks = names.map((name) => makeDisk(`${shelf}/${name}`));
  const services = names.map((name, n) => [name, disks[n]!] as const);
  life(
    "a logic that traps at every start",
    { init: withModule("again", TRAPS), ...writingMachine(disks, "reboot", false) },
    {
      "is given up, and the machine restarts when it is asked to": (told) => {
        told.logged("the machine restarts when its processes have ended, or on SIGTERM", "restarting");
        told.ended("reboot");
      },
      "leaves disks that are clean": () => disks.forEach(assertClean),
      "and have all that services wrote": (told) => {
        services.forEach(([name, disk]) => assertCounted(told, name, disk));
        services.forEach(([name, disk]) => assertEnded(told, name, disk));
      },
    },
  );
}

if (noDisks) test("the last resort with disks", { skip: noDisks }, () => undefined);
else giveUp();
