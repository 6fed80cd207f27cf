import assert from "node:assert/strict";
import { HOST } from "../host/modules.js";
import { life } from "./life.js";
import { trappingOnce } from "./module.js";

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
  "a host that no module was packed into",
  { init: { copy: HOST } },
  {
    "says so on the console": (told) => assert.match(told.life.console, /init: there is no logic in this host/),
    "restarts the machine": (told) => told.ended("reboot"),
  },
);
