/** A kiosk: three services, each started when the one before it is ready, and again when it ends. */

import { Cgroup, Service, carrySeed, limit, option, raiseLoopback, rescueShell, setHostname, setUp } from "wasinit";
import { shutDown, startWatchdog, supervise, sysctl } from "wasinit";
import { RLIMIT_NOFILE, mkdir } from "wasinit/linux";

const SEED = "/data/random-seed";

const browserGroup = new Cgroup("/sys/fs/cgroup/browser");

/** What shows pages from elsewhere may take so much, and no more. */
class Browser extends Service {
  prepare(): void {
    browserGroup.join();
    limit(RLIMIT_NOFILE, 4096);
  }
}

const SERVICES: Service[] = [
  new Service("/usr/bin/seatd"),
  new Service("/usr/bin/compositor").readyWhen("/run/wayland-0"),
  new Browser("/usr/bin/browser", ["--kiosk", "http://localhost/"]),
];

export function boot(): void {
  setUp();
  mkdir("/run", 0o755); // for what services leave there; the root is in memory already
  startWatchdog(30);
  setHostname("kiosk");
  sysctl("kernel.panic", "10");
  raiseLoopback();
  carrySeed(SEED);
  browserGroup.create("+memory +pids");
  browserGroup.set("memory.max", "512M");
  browserGroup.set("pids.max", "200");
  if (option("rescue") == "1") rescueShell();
  supervise(SERVICES); // Returns when a signal asks for the end.
  browserGroup.kill(); // Whatever it has left.
  carrySeed(SEED);
  shutDown();
}
