import assert from "node:assert/strict";
import { assemble } from "../host/modules.js";
import { life } from "./life.js";
import { trappingOnce, withModule } from "./module.js";

life(
  "a trap of the logic",
  {
    init: trappingOnce("traps-once"),
    files: { "/etc/boot": "#!/bin/sh\nreport boot here\nsleep 3\nreport boot goes on\npoweroff\nsleep 1000\n" },
  },
  {
    "is in the log, and no panic": (told) =>
      told.logged("the logic has ended: Exception: unreachable", "signal 12 asks for power-off", "powering off"),
    "does not touch the stage, nor start a second": (told) => assert.deepEqual(told.all("boot"), ["here", "goes on"]),
    "leaves a machine that powers off": (told) => told.ended("power-off"),
  },
);

life(
  "a module that is refused",
  { init: withModule("refused", assemble('(module (import "linux" "ptrace" (func)) (func $named))')) },
  {
    "is told of on the console": (told) =>
      assert.match(told.life.console, /init: the logic is refused: this host has no import linux\.ptrace/),
    "restarts the machine": (told) => told.ended("reboot"),
  },
);
