/** wasinit build: its arguments, and what it prints. */
import { Option } from "commander";
import { paint, warnOf } from "../base/terminal.js";
import type { BuildOptions, Built } from "../compiler/build.js";
import { archOption, command, count, jsonOption, list, stackOption } from "./arguments.js";

function printBuilt({ init, bytes, arch, can, cannot, unneeded, newLock, warnings }: Built): void {
  warnOf(warnings);
  console.log(`${paint(init, "bold")}: ${count(bytes, "bytes")}, for ${arch}`);
  list("It can", can);
  list("It can't", cannot);
  list("wasinit.lock allows what it no longer needs:", unneeded);
  if (newLock) console.log(`${newLock} is written, with what this imports: commit it`);
}

export const buildCommand = command("build", "build an /init of a policy", {
  build: "builds init, of init.ts",
  "build my-init.ts -o out/init -a aarch64": "for 64-bit ARM",
  "build --update-lock": "once the policy is to do more than wasinit.lock allows",
  "build worker.wasm": "of a module that another compiler has made",
  "build --record": "one that records its life, with record=/dev/ttyS1 on the kernel's command line",
})
  .argument("[FILE]", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-o, --out <FILE>", "the /init to write", "init")
  .addOption(archOption)
  .addOption(stackOption)
  .option("--record", "have it record its life, for wasinit replay")
  .option("--update-lock", "write to wasinit.lock what the policy imports")
  .addOption(new Option("-w, --watch", "build again whenever a source changes").conflicts("json"))
  .addOption(jsonOption)
  .action(async (file: string, options: BuildOptions & { json?: boolean; watch?: boolean }) => {
    const { build } = await import("../compiler/build.js");
    if (options.watch) {
      const { watch } = await import("../compiler/watch.js");
      await watch(async (sources) => printBuilt(await build(file, options, sources)));
    }
    const built = await build(file, options);
    if (options.json) console.log(JSON.stringify(built, null, 2));
    else printBuilt(built);
  });
