/** wasinit replay: its arguments, and what it prints. */
import type { ReplayOptions } from "../replay/replay.js";
import { command, jsonOption, number } from "./arguments.js";

export const replayCommand = command(
  "replay",
  "live again what an init has recorded, to the same end, and tell where in the sources that is",
  {
    "replay life.trace": "lives init.ts again",
    "replay life.trace my-init.ts -v": "and prints each call",
    "replay dmesg.txt --child 42": "the life of a child that was forked, from the log of a machine",
  },
)
  .argument("<TRACE>", "the trace, or a log with the trace in it")
  .argument("[FILE]", "the policy that was recorded, or another: then the first call that differs is shown", "init.ts")
  .option("--child <PID>", "the life of a child", number)
  .option("-v, --verbose", "print each call")
  .addOption(jsonOption)
  .action(async (trace: string, file: string, { json, ...options }: ReplayOptions & { json?: boolean }) => {
    const { replay } = await import("../replay/replay.js");
    const replayed = await replay(trace, file, options);
    if (json) console.log(JSON.stringify(replayed, null, 2));
    else console.log((await import("../replay/explain.js")).explain(trace, replayed));
    if (!replayed.isSame) process.exitCode = 1;
  });
