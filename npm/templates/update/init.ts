/**
 * A machine that updates itself, and goes back: the system that its boot loader starts has `good=1` on its command line. A new
 * one, put at /kernel and /kernel.initramfs, has a /kernel.cmdline without it, and is on trial. Once it is healthy, /etc/commit
 * makes it the one that the boot loader starts; until then each way in which it fails, a hang or a panic among them, starts the
 * machine again, with the old one.
 */

import { Service, finish, option, restart, setUp, startWatchdog, supervise, sysctl } from "wasinit";
import { mkdir } from "wasinit/linux";

const HEALTHY = "/run/healthy"; // which the application makes once it is
const SECONDS = 60; // that it may take

let isTrial = false;

class Application extends Service {
  late(): void {
    if (isTrial) restart();
  }
}

const application = new Application("/usr/bin/application").readyWhen(HEALTHY, SECONDS);

const SERVICES: Service[] = [application];
const ON_TRIAL: Service[] = [application, new Service("/etc/commit").oneShot()];

export function boot(): void {
  setUp();
  mkdir("/run", 0o755); // for what services leave there; the root is in memory already
  startWatchdog(SECONDS);
  sysctl("kernel.panic", "5");
  isTrial = option("good") != "1"; // Also if that can't be read.
  supervise(isTrial ? ON_TRIAL : SERVICES); // Returns when a signal asks for the end.
  finish(); // Starts the kernel that lies ready, unless the signal asks for power-off or a halt.
}
