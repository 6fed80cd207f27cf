/** A kiosk: three services, each started when the one before it is ready, and again when it ends. */

import { Cgroup, Service, carrySeed, limit, mountAt, option, raiseLoopback, rescueShell, setHostname } from "wasinit";
import { setUp, shutDown, startWatchdog, supervise, sysctl } from "wasinit";
import { MS_NODEV, MS_NOSUID, RLIMIT_NOFILE, mkdir } from "wasinit/linux";

const DATA = "/data";
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

/** Mounts the disk that `disk=DEVICE` on the kernel's command line names; returns whether it is there. */
function mountData(): bool {
  return mountAt(DATA, option("disk") || "/dev/vda", "ext4", MS_NODEV | MS_NOSUID) == 0;
}

export function boot(): void {
  setUp();
  mkdir("/run", 0o755); // for what services leave there; the root is in memory already
  startWatchdog(30);
  setHostname("kiosk");
  sysctl("kernel.panic", "10");
  raiseLoopback();
  const isKept = mountData(); // Else a seed would be the image's, the same at each boot.
  if (isKept) carrySeed(SEED);
  browserGroup.create("+memory +pids");
  browserGroup.set("memory.max", "512M");
  browserGroup.set("pids.max", "200");
  if (option("rescue") == "1") rescueShell();
  supervise(SERVICES); // Returns when a signal asks for the end.
  browserGroup.kill(); // Whatever it has left.
  if (isKept) carrySeed(SEED);
  shutDown();
}
