/** The policies of npm/templates, each an /init of `wasinit build`, on a machine. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARCH, MUSL_GCC, PROJECT } from "../arch.js";
import { APPEND, CONSOLE, REPORT } from "./devices.js";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { drivers } from "./drivers.js";
import { KEXEC_KERNEL, noKexec } from "./kexec.js";
import { life } from "./life.js";
import { lacks, lacksBuiltIn } from "./options.js";
import { type File, makeRoot } from "./qemu.js";
import { INTERRUPTED } from "./recipes.js";

const shelf = makeShelf();

/** Builds an /init of a template, in which `edits` are made; returns its path. */
function template(name: string, edits: Record<string, string> = {}): string {
  const [policy, init] = [join(shelf, `${name}.ts`), join(shelf, `${name}-init`)];
  let text = readFileSync(join(PROJECT, "npm/templates", name, "init.ts"), "utf8");
  for (const [from, to] of Object.entries(edits)) {
    assert.ok(text.includes(from), `${name}/init.ts has no ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(policy, text);
  const command = [join(PROJECT, "build/npm/main.js"), "build", policy, "--out", init, "--arch", ARCH];
  execFileSync(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
  return init;
}

function init(name: string, edits?: Record<string, string>): { init: File } {
  return { init: { copy: template(name, edits) } };
}

// --- default

life(
  "the policy `default`",
  () => ({
    ...init("default"),
    files: { "/etc/boot": '#!/bin/sh\nreport arguments "$@"\npoweroff\n' },
    append: "-- one",
  }),
  {
    "runs its stages, and ends as it is asked": (told) => {
      assert.equal(told.one("arguments"), "one");
      told.logged("running /etc/boot", "signal 12 asks for power-off", "ending /etc/boot", "powering off");
      told.ended("power-off");
    },
  },
);

// --- microvm

/** Waits for what is sent by vsock to port 1234, and reports it. */
const LISTENER = `#!/bin/sh
for driver in vsock vmw_vsock_virtio_transport_common vsock_loopback; do modprobe $driver; done
vsock-listen 1234 >/dev/${REPORT} &
until grep -qi vsock /proc/net/protocols; do sleep 0.1; done
sleep 1
`;

function listener(): File {
  const program = join(shelf, "vsock-listen");
  execFileSync(MUSL_GCC, ["-static", "-s", "-o", program, join(PROJECT, "tests/boot/vsock-listen.c")]);
  return { copy: program };
}

const WORKER = 'report arguments "$@"\nexit 7\n';

const STATUS = 7;

life(
  "the policy `microvm`",
  () => ({
    ...init("microvm"),
    files: { ...drivers(), "/bin/vsock-listen": listener(), "/usr/bin/worker": `${LISTENER}${WORKER}` },
    append: 'vsock="1234"',
  }),
  {
    "runs one program, with its arguments": (told) => assert.equal(told.one("arguments"), "--once"),
    "tells its exit status on the console": (told) =>
      told.logged(`/usr/bin/worker exited with status ${STATUS}`, `exit status ${STATUS}`, "powering off"),
    "sends it by vsock": (told) => assert.equal(told.one("vsock"), `${STATUS}`),
    "powers off": (told) => told.ended("power-off"),
  },
  lacks("VSOCKETS_LOOPBACK"),
);

/** It has no clock but the TSC, and no way to learn its frequency when an emulator is slow. */
const MICROVM = {
  files: { "/usr/bin/worker": `#!/bin/sh\n${WORKER}` },
  append: "tsc_early_khz=1000000",
  qemu: ["-M", "microvm,isa-serial=on"],
};
const NO_MICROVM = ARCH != "x86_64" && "the microVM is x86's";

life(
  "the policy `microvm` on QEMU's machine of that name",
  () => ({ ...init("microvm"), ...MICROVM }),
  {
    "tells its exit status on the console": (told) =>
      told.logged(`/usr/bin/worker exited with status ${STATUS}`, `exit status ${STATUS}`, "powering off"),
    "powers off": (told) => told.ended("power-off"),
  },
  NO_MICROVM,
);

/** What the worker does at last, its status, and QEMU's. */
for (const [last, status, qemu] of [
  ["exit 0", 0, 1],
  ["exit 7", 7, 15],
  ["exit 128", 128, 255],
  ["kill -TERM $$", 143, 255],
] as const) {
  life(
    `the policy \`microvm\` on QEMU's machine of that name, with isa-debug-exit and the status ${status}`,
    () => ({
      ...init("microvm"),
      files: { "/usr/bin/worker": `#!/bin/sh\n${last}\n` },
      append: `debug_exit=1 ${MICROVM.append}`,
      qemu: [...MICROVM.qemu, "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"],
    }),
    {
      [`ends QEMU with ${qemu}, and has the true one on its console`]: (told) => {
        told.logged("ending all processes", "syncing", `exit status ${status}`);
        assert.equal(told.life.status, qemu);
      },
    },
    NO_MICROVM || lacksBuiltIn("DEVPORT"),
  );
}

// --- kiosk

const IMAGE_SEED = "x".repeat(512);
const USED = /init: (\d+) bits of the random seed /;

const BROWSER = `#!/bin/sh
report arguments "$@"
report group "$(cat /proc/self/cgroup)"
report group-pids "$(cat /sys/fs/cgroup/browser/pids.max)"
report files "$(ulimit -n)"
if [ ! -e /run/second ]; then
    touch /run/second
    sleep 1000 &
    exit 1
fi
report host "$(hostname)"
report lo "$(ip address show lo | grep -o 'inet [^ ]*')"
report panic "$(cat /proc/sys/kernel/panic)"
report orphans "$(pidof sleep | wc -w)"
reboot
exec sleep 1000
`;

life(
  "the policy `kiosk`",
  () => ({
    ...init("kiosk"),
    files: {
      "/data/random-seed": IMAGE_SEED,
      "/run/.keep": "",
      "/usr/bin/seatd": "#!/bin/sh\nreport seatd up\nexec sleep 1000\n",
      "/usr/bin/compositor": "#!/bin/sh\nsleep 2\nreport compositor ready\ntouch /run/wayland-0\nexec sleep 1000\n",
      "/usr/bin/browser": BROWSER,
    },
  }),
  {
    "starts each service once the one before it is ready": (told) => {
      told.logged("running /usr/bin/seatd", "running /usr/bin/compositor", "running /usr/bin/browser");
      assert.ok(told.when("running /usr/bin/browser") - told.when("running /usr/bin/compositor") > 1.5);
      assert.match(told.life.report, /seatd: up\ncompositor: ready\narguments: /);
    },
    "starts one again that has ended": (told) => {
      told.logged(
        "/usr/bin/browser exited with status 1",
        "/usr/bin/browser starts again in 1 s",
        "running /usr/bin/browser",
      );
      assert.deepEqual(told.all("arguments"), Array(2).fill("--kiosk http://localhost/"));
    },
    "limits it": (told) => {
      assert.equal(told.all("group")[0], "0::/browser");
      assert.equal(told.all("files")[0], "4096");
    },
    "sets the host name, lo, and parameters of the kernel": (told) => {
      assert.equal(told.one("host"), "kiosk");
      assert.equal(told.one("lo"), "inet 127.0.0.1/8");
      assert.equal(told.one("panic"), "10");
    },
    "does without a disk, and without the seed that is in the image": (told) => {
      told.logged("can't mount /data: No such file or directory", "running /usr/bin/seatd");
      assert.doesNotMatch(told.life.console, USED);
    },
    "ends them, the last first, and the machine as it is asked": (told) => {
      told.logged("ending /usr/bin/browser", "ending /usr/bin/compositor", "ending /usr/bin/seatd", "restarting");
      told.ended("reboot");
    },
  },
);

const kept = `${shelf}/kept`;
const seeds: string[] = [];

for (const [title, bits, behaviour] of [
  ["with a new disk", [4096], "has a seed on it"],
  ["with the disk of the boot before", [4096, 4096], "uses its seed before anything starts, and leaves another"],
] as const) {
  life(
    `the policy \`kiosk\` ${title}`,
    () => ({
      ...init("kiosk", {
        "  const isKept": '  run("/bin/load-drivers");\n  const isKept',
        "import { setUp,": "import { run, setUp,",
      }),
      files: { "/usr/bin/seatd": "#!/bin/sh\nreport seed $(wc -c </data/random-seed)\nreboot\nexec sleep 1000\n" },
      disks: [seeds.length ? kept : makeDisk(kept)],
    }),
    {
      [behaviour]: (told) => {
        assert.equal(told.one("seed"), "512");
        const [before, after] = told.life.console.split("init: running /usr/bin/seatd\n");
        const used = [before!, after!].flatMap((text) => USED.exec(text)?.[1] ?? []).map(Number);
        assert.deepEqual(used, bits);
        assert.equal(USED.test(before!), bits.length > 1);
        seeds.push(readDisk(kept, "/random-seed").toString("hex"));
        assert.equal(seeds.at(-1)!.length, 2 * 512);
        assert.equal(new Set(seeds).size, seeds.length);
      },
      "leaves the disk clean": (told) => {
        told.logged("unmounted /data", "restarting");
        assertClean(kept);
        told.ended("reboot");
      },
    },
    noDisks,
  );
}

// --- diskless

const NEW_INIT = `#!/bin/sh
report root "$(grep ' / ' /proc/mounts)"
echo new >/file
report file "$(cat /file)"
poweroff -f
`;

const disk = `${shelf}/below`;

life(
  "the policy `diskless`",
  () => {
    const names = ["proc", "sys", "dev", "run"].map((name) => [`/${name}/.keep`, ""]);
    const root = makeRoot(join(shelf, "root"), {
      ...Object.fromEntries(names),
      "/sbin/init": NEW_INIT,
      "/file": "old",
    });
    return { ...init("diskless"), files: drivers(), disks: [makeDisk(disk, 32, root)] };
  },
  {
    "hands over to the init of an overlay": (told) => {
      told.logged("running /sbin/init");
      assert.match(told.one("root"), /^overlay \/ overlay /);
    },
    "whose disk is never written to": (told) => {
      assert.equal(told.one("file"), "new");
      assert.equal(readDisk(disk, "/file").toString(), "old");
    },
    "powers off": (told) => told.ended("power-off"),
  },
  noDisks || lacks("OVERLAY_FS"),
);

life(
  "the policy `diskless` without a disk",
  () => ({
    ...init("diskless"),
    meanwhile: async (machine) => {
      await machine.shows(/# (\x1b\[6n)?$/);
      machine.types("\x1b[1;1Rsleep 1000\n");
      await new Promise((resolve) => setTimeout(resolve, 1000)); // until it is `sleep` that Ctrl-C meets
      machine.types("\x03");
      await machine.shows(INTERRUPTED);
      machine.types("\x1b[1;1Rexit\n");
    },
  }),
  {
    "has a shell on its console, with job control, and restarts behind it": (told) => {
      told.logged("running /bin/sh", "restarting");
      told.ended("reboot");
    },
  },
);

// --- update

/** The new system's command line, as the page has it. */
function newCmdline(): string {
  const page = readFileSync(join(PROJECT, "docs/examples/update.md"), "utf8");
  const cmdline = /such as `(console=ttyS0 .*?)`/.exec(page)?.[1];
  assert.ok(cmdline);
  return [cmdline.replace("ttyS0", CONSOLE), APPEND].filter(Boolean).join(" ");
}

/** The new system: its application says that it is healthy, or does not. */
function newSystem(application: string): Record<string, File> {
  return {
    "/kernel": { copy: KEXEC_KERNEL },
    "/kernel.cmdline": newCmdline(),
    "/kernel.initramfs": {
      initramfs: {
        "/run/.keep": "",
        "/usr/bin/application": application,
        "/etc/commit": "#!/bin/sh\nreport commit here\npoweroff\n",
      },
      ...init("update", { "SECONDS = 60": "SECONDS = 5" }),
    },
  };
}

const OLD_APPLICATION = "#!/bin/sh\ntouch /run/healthy\nreport old here\nreboot\nexec sleep 1000\n";

for (const [title, application, how, behaviour] of [
  [
    "a new system that is healthy",
    "#!/bin/sh\nreport new here\ntouch /run/healthy\nexec sleep 1000\n",
    "power-off",
    "is committed",
  ],
  ["a new system that is not", "#!/bin/sh\nreport new here\nexec sleep 1000\n", "reboot", "is left for the old one"],
] as const) {
  life(
    `the policy \`update\`: ${title}`,
    () => ({
      ...init("update"),
      files: { ...newSystem(application), "/run/.keep": "", "/usr/bin/application": OLD_APPLICATION },
      append: "good=1",
      memory: 512,
    }),
    {
      "is started by kexec": (told) => {
        told.one("old");
        told.one("new");
        told.logged("loading /kernel", "starting the new kernel");
      },
      [behaviour]: (told) => {
        if (how == "reboot") told.logged("/usr/bin/application is not ready after 5 s", "restarting");
        else told.one("commit");
        assert.equal(told.life.report.includes("commit"), how != "reboot");
        told.ended(how);
      },
    },
    noKexec,
  );
}

life(
  "the policy `update`: a new system without an /init",
  () => ({
    ...init("update"),
    files: {
      ...newSystem(""),
      "/kernel.initramfs": {
        text: execFileSync("cpio", ["-o", "-H", "newc"], { input: "", stdio: "pipe" }),
        mode: 0o644,
      },
      "/run/.keep": "",
      "/usr/bin/application": OLD_APPLICATION,
    },
    append: "good=1",
    memory: 512,
    qemu: ["-action", "reboot=reset"], // It is to come back.
    meanwhile: async (machine) => {
      await machine.reports(/old: here\n[^]*old: here\n/);
      machine.quits();
    },
  }),
  {
    "panics, and the machine comes back with the old one": (told) => {
      assert.equal(told.all("old").length, 2);
      const [panic, back] = ["Kernel panic - not syncing: VFS: Unable to mount root fs", "wasinit"].map((text) =>
        told.life.console.lastIndexOf(text),
      );
      assert.ok(panic! > told.life.console.indexOf("init: starting the new kernel"));
      assert.ok(back! > panic!);
      told.ended("panic"); // It is in the console's text.
    },
  },
  noKexec,
);
