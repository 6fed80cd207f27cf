/** The imports of WASI, as as-wasi calls them: over the files of the simulated kernel, in both engines. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { asset } from "../../npm/base/assets.js";
import { prepare } from "../../npm/compiler/policy.js";
import { live } from "../../npm/testing/simulator.js";
import { PROJECT } from "../arch.js";
import { rows } from "../host/tables.js";
import { run } from "./harness.js";
import { policy } from "./policies.js";

const IMPORTS = `
  import { CommandLine, Console, Date, Environ, FileSystem, Process, Random, Time } from "as-wasi/assembly";`;

async function check(
  name: string,
  body: string,
  directives: string,
  trace: string[],
  end = "powers off",
): Promise<void> {
  const module = await policy(name, body, IMPORTS);
  const expected = end === "powers off" ? [...trace, "reboot(RB_POWER_OFF)", "-- the machine powers off"] : trace;
  const life = live(module, directives);
  assert.deepEqual(life.trace, expected);
  assert.equal(life.problem, "");
  assert.deepEqual(await run(directives, module), { trace: [...expected, ""].join("\n"), problem: "" });
}

test("the simulated kernel has each import of WASI that the host has", () => {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(asset("simulator/driver.wasm"))));
  const names = new Set(exported.map(({ name }) => name));
  const wasi = rows().filter(({ module }) => module === "wasi_snapshot_preview1");
  assert.ok(wasi.length > 30);
  assert.deepEqual(
    wasi.map(({ name }) => name).filter((name) => !names.has(name)),
    [],
  );
});

describe("as-wasi", { concurrency: 2 }, () => {
  test("Console", () =>
    check("console", 'Console.log("größe"); Console.error("to the log", false);', "", [
      'fd_write(1</dev/console>, "größe\\n") = 8',
      'fd_write(2</dev/console>, "to the log") = 10',
    ]));

  test("Environ and CommandLine", () =>
    check(
      "environ",
      `const environ = new Environ();
       const home = environ.get("HOME");
       Console.write(home ? home : "none", false);
       const args = CommandLine.all;
       for (let i = 0; i < args.length; i++) Console.write(args[i], false);`,
      "environment HOME /root\nenvironment EMPTY \narguments one two\n",
      [
        "environ_get() = 2",
        'fd_write(1</dev/console>, "/root") = 5',
        "args_get() = 3",
        'fd_write(1</dev/console>, "/init") = 5',
        'fd_write(1</dev/console>, "one") = 3',
        'fd_write(1</dev/console>, "two") = 3',
      ],
    ));

  test("FileSystem: what is written can be read; a directory, a file that is none", () =>
    check(
      "files",
      `FileSystem.mkdir("/etc");
       const file = FileSystem.open("/etc/name", "w+");
       if (file) {
         file.writeString("one\\ntwo");
         file.seek(0, 0);
         const text = file.readString();
         Console.write(text ? text : "none", false);
         file.close();
       }
       FileSystem.open("/none", "r");
       const given = FileSystem.open("etc/given", "r");
       if (given) {
         const bytes = given.readAll();
         Console.write((bytes as u8[]).length.toString(), false);
         given.close();
       }
       FileSystem.unlink("/etc/name");
       FileSystem.rmdir("/etc");`,
      "file /etc/given is 5000 bytes of x\n",
      [
        'path_create_directory(3</>, "/etc") = 0',
        'path_open(3</>, "/etc/name", O_RDWR|O_CREAT|O_TRUNC|O_NOCTTY|O_CLOEXEC) = 4',
        'fd_write(4</etc/name>, "one\\ntwo") = 7',
        "fd_seek(4</etc/name>, 0, SEEK_SET) = 0",
        "fd_read(4</etc/name>, 4096) = 7",
        "fd_read(4</etc/name>, 4096) = 0",
        'fd_write(1</dev/console>, "one\\ntwo") = 7',
        "fd_close(4</etc/name>) = 0",
        'path_open(3</>, "/none", O_RDONLY|O_NOCTTY|O_CLOEXEC) = -ENOENT',
        'path_open(3</>, "etc/given", O_RDONLY|O_NOCTTY|O_CLOEXEC) = 4',
        "fd_read(4</etc/given>, 4096) = 4096",
        "fd_read(4</etc/given>, 4096) = 904",
        "fd_read(4</etc/given>, 4096) = 0",
        'fd_write(1</dev/console>, "5000") = 4',
        "fd_close(4</etc/given>) = 0",
        'path_unlink_file(3</>, "/etc/name") = 0',
        'path_remove_directory(3</>, "/etc") = -ENOTEMPTY',
        "reboot(RB_POWER_OFF)",
        "-- the machine powers off",
      ],
      "as it is",
    ));

  test("Date, Time and Random", () =>
    check(
      "time",
      `Console.write(Date.now().toString(), false);
       Time.sleep(1500 * Time.MILLISECOND);
       Console.write(Date.now().toString(), false);
       Random.randomBytes(16);`,
      "uptime 2 s\nat 3 s SIGTERM\n",
      [
        'fd_write(1</dev/console>, "1767225602000.0") = 15',
        "[+ 1.000 s] SIGTERM",
        "[+ 0.500 s]",
        "poll_oneoff(1500 ms) = 1",
        'fd_write(1</dev/console>, "1767225603500.0") = 15',
        "random_get(16) = 0",
      ],
    ));

  test("Process: a policy that exits is told of; its child that does has ended", () =>
    check(
      "process",
      `if (linux.fork() == 0) Process.exit(3);
       linux.waitpid(-1, 0);
       Process.exit(1);`,
      "",
      [
        "fork() = 100",
        "[pid 100] proc_exit(3)",
        "waitpid(-1, 0) = 100<a child>, exited with 3",
        "proc_exit(1)",
        "-- the policy ends by proc_exit(1)",
      ],
      "as it is",
    ));

  test("what fails has WASI's errno", () =>
    check(
      "fails",
      'if (FileSystem.open("/data", "w") === null) Console.write("can\'t", false);',
      "fail path_open /data EROFS\nfail fd_write /dev/console EIO\n",
      [
        'path_open(3</>, "/data", O_WRONLY|O_CREAT|O_TRUNC|O_NOCTTY|O_CLOEXEC) = -EROFS',
        'fd_write(1</dev/console>, "can\'t") = -EIO',
        "reboot(RB_POWER_OFF)",
        "-- the machine powers off",
      ],
      "as it is",
    ));
});

test("what is computed at the top of a policy makes calls, too", async () => {
  const more = `${IMPORTS} const home = new Environ().get("HOME") as string;`;
  const module = await policy("start", "Console.write(home, false);", more);
  const directives = "environment HOME /a\n";
  const { trace } = live(module, directives);
  assert.deepEqual(trace.slice(0, 2), ["environ_get() = 1", 'fd_write(1</dev/console>, "/a") = 2']);
  assert.deepEqual((await run(directives, module)).trace.split("\n").slice(0, -1), trace);
});

/** That docs/examples/wasi.md warns of it is true as long as these pass. */
describe("as-wasi's stat, which takes 56 bytes for what has 64", () => {
  test("tells the number of links for the size", async () => {
    const module = await policy("links", 'linux.syslog(6, "%d", null, FileSystem.stat("/etc/x").file_size);', IMPORTS);
    const { trace } = live(module, "file /etc/x is 5000 bytes of x\n");
    assert.deepEqual(trace.slice(0, 2), ['path_filestat_get(3, "/etc/x") = 0', "log <6>init: 1"]);
  });

  const source = `
    import { FileSystem } from "as-wasi/assembly";
    @external("linux", "reboot") declare function reboot(how: u32): i32;
    export function abort(message: string | null = null, file: string | null = null, line: u32 = 0, column: u32 = 0): void {
      unreachable();
    }
    export function boot(): void {
      for (let n = 0; n < 3; n++) FileSystem.exists("/etc/x");
      reboot(0x4321fedc);
    }`;
  for (const [runtime, end] of [
    ["stub", "-- the machine powers off"],
    ["minimal", "-- the policy traps"],
    ["incremental", "-- the policy traps"],
  ] as const)
    test(`with asc --runtime ${runtime}: ${end}`, () => {
      const cwd = join(PROJECT, "build/tests/unit"); // where no asconfig.json of ours is found
      writeFileSync(join(cwd, "stat.ts"), source);
      const asc = join(PROJECT, "node_modules/assemblyscript/bin/asc.js");
      const options = ["--runtime", runtime, "--use", "abort=stat/abort", "--outFile", "stat.wasm"];
      execFileSync(process.execPath, [asc, "stat.ts", ...options], { cwd, stdio: "pipe" });
      const { trace } = live(prepare(readFileSync(join(cwd, "stat.wasm"))), "file /etc/x\n");
      assert.equal(trace.at(-1), end);
    });
});
