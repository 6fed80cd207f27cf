/** The harness can fail: what goes wrong in a life is seen, and seen for what it is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_STAGES } from "./emulated.js";
import { assemble } from "./modules.js";
import { live, script, skip } from "./namespace.js";

describe("the harness can fail", { skip, concurrency: true }, () => {
  for (const [what, setup, end] of [
    ["exits is seen, with its status", { init: script("exit 3") }, "exited with status 3"],
    ["hangs is ended, and seen", { init: script("sleep 60"), seconds: 1 }, "killed"],
    ["can't be executed is seen", { init: "#!/no/such\n" }, "exited with status 127"],
  ] as const) {
    test(`a PID 1 that ${what}`, async () => {
      await live(setup).ends(end);
    });
  }

  test("a wrong end fails, and shows the log and the console", async () => {
    const life = live({ init: script("echo '<6>init: a line' >&2", "echo a word") });
    const shown = /it ended otherwise\n--- log ---\n<6>a line\n--- console ---\na word\n---[^]*exited with status 0/;
    await assert.rejects(life.ends("restart"), shown);
  });

  test("a line that is never logged fails, and shows the log", async () => {
    const life = live({ init: script("echo '<6>init: a line' >&2") });
    await assert.rejects(life.logs("another"), /before its log had 1 of this: another\n--- log ---\n<6>a line/);
  });

  test("a file that is never written fails", async () => {
    await assert.rejects(live({ init: script("exit 0") }).writes("nothing"), /before \/out\/nothing was there/);
  });

  test("zombies that nobody reaps are seen, as the test of orphans looks for them", async () => {
    const zombies = "grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l >/out/zombies";
    // The shell reaps what it waits for only: the orphan of a subshell stays a zombie of PID 1 while that is in `sleep`.
    const init = script("mount -t proc none /proc", "(sleep 0.1 &)", `(sleep 0.5; ${zombies}) & exec sleep 1`);
    const life = await live({ init }).ends("exited with status 0");
    assert.ok(Number(life.read("zombies")) >= 1, life.shown());
  });

  // If this fails, what NO_STAGES skips can run.
  test("under qemu-user no stage can be started", { skip: !NO_STAGES && "nothing is emulated" }, async () => {
    const life = live({ files: { "/etc/boot": script("true") } });
    await life.logs("can't run /etc/boot: Invalid argument");
  });

  test("text that is no module does not assemble", () => {
    assert.throws(() => assemble("(module (func (call $missing)))"));
  });
});
