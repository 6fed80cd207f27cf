import "./abort";
import { Stage, life } from "./life";
import { setUp } from "./setup";
import { finish } from "./shutdown";
import { runBoot, runReboot } from "./stages";

export { kept } from "./life";

/**
 * The life of PID 1. The host calls it once the kernel has started /init, and again after a trap: then the stage that
 * `life` tells of is taken up where it was.
 */
export function boot(): void {
  if (life.stage == Stage.SetUp) {
    setUp();
    life.stage = Stage.Ready;
  }
  while (true) {
    if (life.stage <= Stage.Boot) runBoot();
    if (life.stage <= Stage.Reboot) runReboot();
    finish(); // Returns when userland is to start again.
    life.stage = Stage.Ready;
  }
}
