/** wasinit run: its arguments. */
import type { RunOptions } from "../run/run.js";
import { another, archOption, command, number, stackOption } from "./arguments.js";

const RUN_NOTE = `The machine's console is this terminal: Ctrl-A X ends it. Exit status: what the policy has told by powerOff(status), or 0; 1 if
the policy has failed, the kernel has panicked, QEMU has failed, or the machine did not end in time.
`;

export const runCommand = command("run", "boot a policy in QEMU, on this terminal", {
  run: "boots init.ts, on Debian's kernel",
  "run --root root --append quiet": "with files, and without the kernel's messages, but for errors",
  "run --kernel bzImage --disk disk.img": "on another kernel, with a disk",
  "run --timeout 20 </dev/null": "in a script, for 20 seconds at most",
  "run --record life.trace": "and records its life, for wasinit replay",
})
  .argument("[FILE]", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-r, --root <DIR>", "what the machine has, besides /init")
  .option("-k, --kernel <FILE>", "the kernel (default: Debian's, which apt-get fetches once)")
  .addOption(archOption)
  .addOption(stackOption)
  .option("--append <WORDS>", "put words on the kernel's command line", another)
  .option("-m, --memory <MB>", "the machine's memory", number, 256)
  .option("--disk <FILE>", "give the machine a disk, which it may write to", another)
  .option("--record <FILE>", "record the policy's life: write its trace to a file")
  .option("--qemu <ARGS>", "give QEMU more arguments", another)
  .option("--timeout <SECONDS>", "how long it may take (default: 120 if there is no terminal)", number)
  .addHelpText("after", RUN_NOTE)
  .action(async (file: string, options: RunOptions) => {
    const { run } = await import("../run/run.js");
    process.exitCode = (await run(file, options)).status;
  });
