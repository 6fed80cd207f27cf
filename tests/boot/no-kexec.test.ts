/** A logic that lacks the import kexec_file_load can't start a kernel, whatever else it may call. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ARCH } from "../arch.js";
import { imports } from "../abi.js";
import { compile, writeHost } from "../host/modules.js";
import { KEXEC_KERNEL } from "./kexec.js";
import { life } from "./life.js";

const ENOEXEC = 8;
const EACCES = 13;
const EINVAL = 22;

/** execve(2) takes a `vmlinux` for a program of addresses that none may have, and kills it. */
const IS_ELF = ARCH == "riscv64" && "it is an ELF file, of which a process dies as soon as it begins";

const OTHERS = imports()
  .map(({ name }) => name)
  .filter((name) => name !== "kexec_file_load");

// What is exported is imported, even if nothing calls it.
const POLICY = compile(
  "no-kexec",
  `import "../../../assembly/abort";
  import { O_CLOEXEC, O_RDONLY, O_WRONLY, RB_KEXEC, RB_POWER_OFF } from "../../../assembly/linux";
  import { chmod, open, reboot, spawn } from "../../../assembly/linux";
  import { info } from "../../../assembly/log";
  import { setUp } from "../../../assembly/setup";
  export { ${OTHERS.join(", ")} } from "../../../assembly/linux";
  export function boot(): void {
    setUp();
    info("opened: %d", null, open("/kernel", O_RDONLY | O_CLOEXEC, 0) > 2);
    info("made executable: %d", null, chmod("/kernel", 0o755));
    info("spawned: %d", null, spawn("/kernel", 0));
    info("said to be loaded: %d", null, open("/sys/kernel/kexec_loaded", O_WRONLY | O_CLOEXEC, 0));
    info("started: %d", null, reboot(RB_KEXEC));
    reboot(RB_POWER_OFF);
  }`,
);

test("the module of this test imports everything of linux but kexec_file_load", () => {
  const names = WebAssembly.Module.imports(new WebAssembly.Module(Buffer.from(POLICY))).map(({ name }) => name);
  assert.deepEqual([...new Set(names)].sort(), OTHERS.sort()); // abort.ts has a syslog of its own.
});

const work = mkdtempSync(join(tmpdir(), "wasinit-"));
after(() => rmSync(work, { recursive: true }));
const init = join(work, "init");
writeHost(init, POLICY);

life(
  "a logic without kexec_file_load, beside a kernel that kexec.test.ts starts",
  { init: { copy: init }, files: { "/kernel": { copy: KEXEC_KERNEL } }, memory: 512 },
  {
    "can open it": (told) => told.logged("opened: 1", "made executable: 0"),
    "can't run it as a program": IS_ELF || ((told) => told.logged("made executable: 0", `spawned: ${-ENOEXEC}`)),
    "can't pretend that it is loaded": (told) => told.logged(`said to be loaded: ${-EACCES}`),
    "can't start it": (told) => told.logged(`started: ${-EINVAL}`),
    "leaves a machine that powers off, in which no second kernel has started": (told) => {
      told.ended("power-off");
      assert.equal(told.life.console.match(/Linux version/g)?.length, 1);
    },
  },
);
