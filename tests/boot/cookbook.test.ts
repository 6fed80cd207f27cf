/** The recipes of docs/cookbook.md for services and the system, booted as they stand there. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { PROJECT } from "../arch.js";
import { BUTTON_OPTIONS, CLOCK_OPTIONS } from "./devices.js";
import { lacks } from "./options.js";
import type { Machine, Setup } from "./qemu.js";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { drivers } from "./drivers.js";
import { type Told, life } from "./life.js";
import { programs, runnable } from "./packages.js";
import { INTERRUPTED, recipe, screens } from "./recipes.js";

const shelf = makeShelf();

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What the machine is asked by ssh: each command's name in the report, and what it answers. */
const QUESTIONS: Record<string, string> = {
  name: "hostname",
  address: "ifconfig eth0 | grep inet",
  route: "ip route",
  resolver: "cat /etc/resolv.conf",
  su: "su op -c 'su -c id'",
  disk: "echo word >/data/word; mount | grep /data",
  log: 'text=$(printf %080d 0); for n in $(seq 3000); do echo "<7>$n: $text"; done >/dev/kmsg; dmesg | grep -c :.00000',
  web: "wget -q -O - http://127.0.0.1/",
};

/** A client on this side of the network, which asks the machine until it answers. */
async function ask(port: number, key: string, command: string): Promise<string> {
  const [client, ...args] = runnable("dropbear-bin", "dbclient") as [string, ...string[]];
  const all = [...args, "-y", "-y", "-i", key, "-p", `${port}`, "root@127.0.0.1", command];
  for (let tries = 60; ; tries--) {
    try {
      const { stdout } = await promisify(execFile)(client, all, { env: { HOME: shelf }, timeout: 30_000 });
      return stdout;
    } catch (error) {
      if (tries == 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Makes a key; returns its public part. */
function makeKey(path: string): string {
  const [command, ...args] = runnable("dropbear-bin", "dropbearkey") as [string, ...string[]];
  execFileSync(command, [...args, "-t", "ed25519", "-f", path], { stdio: "pipe" });
  const printed = execFileSync(command, [...args, "-y", "-f", path], { encoding: "utf8", stdio: "pipe" });
  return /^ssh-.*$/m.exec(printed)![0] + "\n";
}

/** The shell asks its terminal where the cursor is, and may wait for the answer. */
const PROMPT = /# (\x1b\[6n)?$/;
const POSITION = "\x1b[1;1R";

const answers: Record<string, string> = {};

async function useServer(machine: Machine, port: number, key: string): Promise<void> {
  await machine.shows(/node1 login: $/);
  machine.types("root\n");
  await machine.shows(PROMPT);
  machine.types(`${POSITION}sleep 1000\n`);
  await ask(port, key, "until ps | grep -q '[s]leep 1000'; do sleep 0.1; done");
  machine.types("\x03");
  await machine.shows(INTERRUPTED);
  machine.types(`${POSITION}echo $((6 * 7))\n`); // The prompt may stand behind a line of the log.
  await machine.shows(/^42$/m);
  for (const [name, command] of Object.entries(QUESTIONS)) answers[name] = await ask(port, key, command);
  await machine.shows(/\] \w+ Jan  1 00:0\d:00 UTC 2026$/m);
  if (noButton) machine.types(`${POSITION}poweroff\n`);
  else machine.powersDown();
}

const noButton = BUTTON_OPTIONS.length ? lacks(...BUTTON_OPTIONS) : "the machine has no power button";
const disk = `${shelf}/data`;

/** A service that keeps a disk in use until it has ended, which takes it a second. */
const WRITER = `#!/bin/sh
trap ended=yes TERM
exec 3>/data/open
report writer up
until [ "$ended" ]; do sleep 0.2; done
sleep 1
echo word >&3
report writer down
`;

const REBOOT = `#!/bin/sh
pidof httpd crond udhcpc dropbear acpid writer | report left
umount /data
report umount $?
`;

/** Asserts that a disk was in use by `writer` until this ended, and was free in /etc/reboot. */
function assertLeft(told: Told, image: string): void {
  assert.doesNotMatch(told.life.report, /^left/m, "services that /etc/reboot has found");
  assert.deepEqual(told.all("writer"), ["up", "down"]);
  assert.equal(told.one("umount"), "0");
  assertClean(image);
  assert.equal(readDisk(image, "/open").toString(), "word\n");
}

/** A machine whose services a program of a package keeps; a disk is in use by one of them. */
function supervised(title: string, packages: Record<string, string[]>): void {
  const image = `${shelf}/${title}`;
  const setup = (): Setup => {
    const files = recipe(title);
    const mount = "load-drivers\nip link set lo up\nmkdir /data\nmount -t ext4 /dev/vda /data\n";
    return {
      files: {
        ...programs(packages),
        ...files,
        "/etc/boot": (files["/etc/boot"] as string).replace("#!/bin/sh\n", (line) => line + mount),
        "/srv/index.html": "a page\n",
        "/etc/service/writer/run": WRITER.replace(
          "report",
          'until page=$(wget -q -O - http://127.0.0.1/); do sleep 0.1; done\nreport web "$page"\nreport',
        ).replace("up\n", "up\nreboot\n"),
        "/etc/reboot": REBOOT,
      },
      disks: [makeDisk(image)],
    };
  };
  const behaviours: Record<string, (told: Told) => void> = {
    "are started": (told) => assert.equal(told.one("web"), "a page"),
    "are down when /etc/reboot runs": (told) => assertLeft(told, image),
    "are waited for, and for no longer": (told) => {
      told.logged("ending /etc/boot", "running /etc/reboot", "ending all processes", "restarting");
      assert.doesNotMatch(told.life.console, /init: not all have ended/);
      told.ended("reboot");
    },
  };
  life(`services under ${title}`, setup, behaviours, noDisks);
}

test("the example of README.md is the recipe for runit", () => {
  const [, ...lines] = (recipe("runit")["/etc/boot"] as string).split("\n"); // behind #!/bin/sh
  assert.ok(readFileSync(join(PROJECT, "README.md"), "utf8").includes(lines.join("\n")));
});

supervised("runit", { runit: ["runsvdir", "runsv"] });
supervised("s6", { s6: ["s6-svscan", "s6-supervise"] });

/** A server with all that a loop in sh can start. */
function server(port: number): Setup {
  makeDisk(disk, 32, undefined, "data");
  const key = join(shelf, "key");
  const authorized = makeKey(key);
  return {
    files: {
      ...programs({ "dropbear-bin": ["dropbear"] }),
      ...drivers(),
      ...recipe("A loop in sh", "Drivers", "Host name", "DHCP", "ssh", "Login", "Cron", "Disks", "su and sudo"),
      ...recipe("Power button"),
      "/root/.ssh/authorized_keys": authorized,
      "/srv/index.html": "a page\n",
      "/etc/boot.d/01-users": "chmod u+s /bin/busybox\necho op::1000:1000:op:/:/bin/sh >>/etc/passwd\n",
      "/etc/boot.d/46-writer": "keep writer\n",
      "/bin/writer": WRITER,
      "/etc/reboot": REBOOT,
    },
    append: screens("A longer log")[0],
    disks: [disk],
    memory: 512,
    qemu: [
      ...["-device", "virtio-net-pci,netdev=net,romfile="],
      ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ...["-rtc", "base=2026-01-01T00:00:40"],
    ],
    seconds: 600,
    meanwhile: (machine) => useServer(machine, port, key),
  };
}

function isPoweredOff(told: Told): void {
  told.logged("signal 12 asks for power-off", "ending /etc/boot");
  told.ended("power-off");
}

const port = await freePort();

life(
  "a server of recipes",
  () => server(port),
  {
    "has its name": () => assert.equal(answers.name, "node1\n"),
    "has its address, route and resolver from DHCP": () => {
      assert.match(answers.address!, /inet addr:10\.0\.2\.15 .*Mask:255\.255\.255\.0/);
      assert.match(answers.route!, /^default via 10\.0\.2\.2 dev eth0/m);
      assert.equal(answers.resolver, "nameserver 10.0.2.3\n");
    },
    "has a disk, found by its label": () => {
      assert.match(answers.disk!, /^\/dev\/vda on \/data type ext4 /);
      assert.equal(readDisk(disk, "/word").toString(), "word\n");
    },
    "has su": () => assert.match(answers.su!, /^uid=0/),
    "has a log that takes more than the kernel's buffer": () => assert.equal(answers.log, "3000\n"),
    "has a service": () => assert.equal(answers.web, "a page\n"),
    "has a login that looks as the cookbook shows it": (told) => {
      const shown = screens("Login")[0]!
        .split("\n")
        .filter((line) => line != "^C"); // see INTERRUPTED
      let from = 0;
      for (const line of shown) {
        const at = told.printed().replaceAll("\x1b[6n", "").replaceAll("~ #", "/root #").indexOf(line, from);
        assert.notEqual(at, -1, `not on the console: ${line}`);
        from = at + line.length;
      }
    },
    "runs jobs at their time": (told) => assert.match(told.life.console, /\] \w+ Jan  1 00:0\d:00 UTC 2026$/m),
    "ends its services before /etc/reboot runs": (told) => assertLeft(told, disk),
    "powers off when its button is pressed": noButton || isPoweredOff,
    ...(noButton && { "powers off": isPoweredOff }),
  },
  noDisks || lacks("VIRTIO_NET", ...CLOCK_OPTIONS),
);
