import { Phase, checkKernel, finish, life, runBoot, runReboot, setUp } from "wasinit";

/**
 * The life of PID 1. The host calls it once the kernel has started /init, and again after a trap: then the stage that
 * `life` tells of is taken up where it was.
 */
export function boot(): void {
  setUp();
  while (true) {
    if (life.phase <= Phase.Boot) runBoot();
    if (life.phase <= Phase.Reboot) runReboot();
    finish(); // Returns when userland is to start again.
    life.phase = Phase.Ready;
  }
}

/**
 * Whether the kernel that lies ready would be loaded. The host calls it for `--check`, in a process that is not PID 1.
 * @returns the exit status.
 */
export function check(): i32 {
  return checkKernel() ? 0 : 1;
}
