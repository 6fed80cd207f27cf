/** The hand-over to a new root, in namespaces: what its init finds, what is removed, and what is undone if it can't be. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Setup, live, script, skipStages } from "./namespace.js";

interface Root {
  /** The new root's files, all of which may be run. */
  files?: Record<string, string>;
  /** What /etc/boot does at first. */
  first?: string[];
  /** How the first /etc/boot mounts the new root, and asks for the hand-over to it. */
  mount?: string[];
  /** What the first /etc/boot does at last, in the new root. */
  last?: string[];
  /** The kernel's command line. */
  cmdline?: string;
}

const MOUNT = ["mkdir /mnt", "mount -t tmpfs none /mnt", "ln -s mnt /newroot"];

/** A machine whose first /etc/boot makes a new root with busybox and `files` at /mnt; /out is there, too. */
function machine({ files = {}, first = [], mount = MOUNT, last = [], cmdline = "rdinit=/x" }: Root): Setup {
  const boot = script(
    "for name in chmod cp cut ln mkdir seq sort; do busybox ln -sf busybox /bin/$name; done",
    "put() { mkdir -p ${1%/*}; cat >$1; chmod 755 $1; }",
    "echo >>/rounds; round=$(wc -l </rounds)",
    `echo "${cmdline}" >/cmdline; mount --bind /cmdline /proc/cmdline`,
    ...first,
    "test $round = 1 || exit 0",
    ...mount,
    "cd /mnt && mkdir proc sys dev run out && cp -a /bin . && mount --bind /out out",
    ...Object.entries(files).map(([path, text]) => `put .${path} <<"END"\n${text}END`),
    ...last,
    "true",
  );
  return { files: { "/etc/boot": boot }, args: ["single", "a b"] };
}

/** The errors in the log of a machine that can't hand over, and powers off in its second round. */
async function refusal(root: Root): Promise<string[]> {
  const off = "test $round = 1 || { test -e /proc/self && ls /newroot/ >/out/newroot; touch /poweroff; }";
  const life = await live(machine({ ...root, first: [...(root.first ?? []), off] })).ends("power-off or halt");
  assert.ok(life.story.includes("<6>/etc/boot starts again in 1 s"), life.shown());
  assert.equal(life.console, "", "nothing is left on the console");
  assert.ok(life.has("newroot"), "/proc is there as ever");
  return life.story.filter((line) => line.startsWith("<3>")).map((line) => line.slice(3));
}

const INIT = { "/sbin/init": script("exit 42") };

describe("the hand-over to a new root", { skip: skipStages, concurrency: true }, () => {
  test("gives its init the kernel's arguments, the console, the environment, and / as its directory", async () => {
    const init = script(
      "tr '\\0' '|' </proc/$$/cmdline; echo",
      'echo "$$ $TERM $PATH"; pwd -P',
      "for fd in 0 1 2; do readlink /proc/$$/fd/$fd | grep -o /dev/console; done",
      "exit 42",
    );
    const life = await live(machine({ files: { "/sbin/init": init } })).ends("exited with status 42");
    assert.deepEqual(life.console.split("\n"), [
      "/bin/sh|/sbin/init|single|a b|",
      "1 linux /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "/",
      ...["/dev/console", "/dev/console", "/dev/console", ""],
    ]);
    const story = ["/etc/boot exited with status 0", "ending all processes", "running /sbin/init"];
    assert.deepEqual(
      life.story.slice(1),
      story.map((line) => `<6>${line}`),
    );
  });

  test("leaves no signal blocked, ignored, caught or pending, and no other descriptor", async () => {
    const status = await live(machine({ files: { "/sbin/init": "#!/bin/cat /proc/self/status\n" } })).ends(
      "exited with status 1", // There is no file of the kernel's arguments.
    );
    const signals = status.console.match(/^(SigBlk|SigIgn|SigCgt|SigPnd|ShdPnd):.*$/gm);
    assert.deepEqual(
      signals?.map((line) => line.replace(/^.*:\t/, "")),
      Array(5).fill("0".repeat(16)),
    );
    const open = await live(machine({ files: { "/sbin/init": "#!/bin/ls /proc/self/fd\n" } })).ends(
      "exited with status 1",
    );
    assert.match(open.console, /^\/proc\/self\/fd:\n0\n1\n2\n3\n/m); // 3 is the directory that ls reads.
  });

  test("removes all that is on the RAM disk, and nothing that is mounted there", async () => {
    const deep = Array.from({ length: 200 }, (_, n) => `d${n}`).join("/");
    const life = await live(
      machine({
        first: [
          `mkdir -p "/${deep}" "/a b/.c"; echo text >"/a b/.c/\n"; ln -s /out /link; ln -s .. /a\\ b/up`,
          "for n in $(seq 400); do echo >/file$n; done",
          "mkdir -p /kept/too; mount -t tmpfs none /kept; echo kept >/kept/file",
          "echo bound >/out/bound; echo >/bound; mount --bind /out/bound /bound",
        ],
        files: {
          "/sbin/init": script(
            "until test ! -e /old/bin; do sleep 0.1; done; sleep 0.5",
            "ls /old >/out/old; cat /old/kept/file >/out/kept; cat /kept/file >>/out/kept",
            "exit 42",
          ),
        },
        last: ["mkdir old kept; mount --bind / old; mount --bind /kept kept"],
      }),
    ).ends("exited with status 42");
    assert.deepEqual(life.read("old").toString().trim().split("\n"), ["bound", "dev", "kept", "out", "proc"]);
    assert.equal(life.read("kept").toString(), "kept\n");
    assert.equal(life.read("bound").toString(), "bound\n");
    assert.ok(life.has("root/etc/boot"));
  });

  for (const [what, init, files, cmdline] of [
    ["/etc/init without /sbin/init", "/etc/init", ["/etc/init", "/bin/init"], "quiet"],
    ["/bin/init without either", "/bin/init", ["/bin/init"], "init= quiet"],
    [
      "the last that is named",
      "/opt/last",
      ["/sbin/init", "/opt/first", "/opt/last"],
      "init=/opt/first init=/opt/last x",
    ],
    ["what is named at first", "/opt/x", ["/sbin/init", "/opt/x"], "init=/opt/x xinit=/sbin/init"],
  ] as const) {
    test(`runs ${what}`, async () => {
      const entries = files.map((path) => [path, script(`exit ${path === init ? 42 : 1}`)]);
      const life = await live(machine({ files: Object.fromEntries(entries), cmdline })).ends("exited with status 42");
      assert.equal(life.story.at(-1), `<6>running ${init}`);
    });
  }

  test("is not what a signal asks for that ends the machine", async () => {
    const life = live(machine({ files: INIT, last: ["touch /out/ready; sleep 1000"] }));
    await life.writes("ready");
    life.signal("SIGTERM");
    await life.ends("restart");
  });
});

describe("a new root that can't be used", { skip: skipStages, concurrency: true }, () => {
  const NOWHERE = ["mkdir /mnt", "ln -s mnt /newroot"];
  for (const [what, root, ...errors] of [
    [
      "is a link to nothing",
      { mount: ["mkdir /mnt; ln -s no /newroot"] },
      "can't use /newroot: No such file or directory",
    ],
    ["is a file", { mount: ["mkdir /mnt; echo >/newroot"] }, "can't use /newroot: Not a directory"],
    ["is not mounted", { mount: NOWHERE }, "/newroot is on the RAM disk"],
    ["is a part of the RAM disk", { mount: [...NOWHERE, "mount --bind /mnt /mnt"] }, "/newroot is on the RAM disk"],
    [
      "is a directory of a disk",
      { mount: ["mkdir /mnt; mount -t tmpfs none /mnt; mkdir /mnt/a; ln -s mnt/a /newroot"] },
      "/newroot is no mount point: Invalid argument",
    ],
    ["has no init", { files: {} }, "the new root has no init"],
    ["has not the one that is named", { cmdline: "quiet init=/opt/x" }, "the new root has no /opt/x"],
    [
      "has one that may not be run",
      { last: ["chmod 644 sbin/init"] },
      "can't run /sbin/init: Permission denied",
      "the new root has no init",
    ],
  ] as [string, Root, ...string[]][]) {
    test(`as it ${what}, is told of, and userland goes on`, async () => {
      assert.deepEqual(await refusal({ files: INIT, ...root }), errors);
    });
  }

  for (const [what, text, error] of [
    ["is no program", "true\n", "Exec format error"],
    ["lacks its interpreter", "#!/no/such\n", "No such file or directory"],
  ]) {
    test(`as its init ${what}, is told of, and all is as it was`, async () => {
      const look = [
        "look() {",
        "for what in cwd root exe fd/0 fd/1 fd/2; do readlink /proc/1/$what; done >/out/links$1",
        "grep ^Sig[PBC] /proc/1/status >/out/signals$1; ls /proc/1/fd >/out/fds$1",
        "cut -d ' ' -f 4- /proc/1/mountinfo | grep -v cmdline | sort >/out/mounts$1",
        "}",
        "test $round = 1 || { look 2; touch /poweroff; }",
      ];
      const setup = machine({ files: { "/sbin/init": text }, first: look, last: ["look 1"] });
      const told = await live(setup).ends("power-off or halt");
      assert.ok(told.log.includes(`<3>can't run /sbin/init: ${error}`), told.shown());
      for (const name of ["links", "signals", "fds", "mounts"])
        assert.equal(told.read(`${name}2`).toString(), told.read(`${name}1`).toString(), name);
      assert.match(told.read("mounts1").toString(), / \/mnt .* tmpfs /);
    });
  }
});
