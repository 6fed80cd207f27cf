#!/usr/bin/env node
/** The command `wasinit`: its commands, and how an error ends it. */
import { Command } from "commander";
import { messageOf } from "./base/complaint.js";
import { fail, paint, useNoColours } from "./base/terminal.js";
import { description, version } from "./commands/arguments.js";
import { buildCommand } from "./commands/build.js";
import { compileCommand } from "./commands/compile.js";
import { imageCommand } from "./commands/image.js";
import { inspectCommand } from "./commands/inspect.js";
import { newCommand } from "./commands/new.js";
import { replayCommand } from "./commands/replay.js";
import { runCommand } from "./commands/run.js";
import { testCommand } from "./commands/test.js";

const COMMANDS = [
  newCommand,
  buildCommand,
  testCommand,
  runCommand,
  replayCommand,
  imageCommand,
  inspectCommand,
  compileCommand,
];

const program = new Command("wasinit")
  .description(description!)
  .version(version!, "-V, --version", "print the version")
  .option("--no-color", "print without colours, as NO_COLOR=1 does")
  .on("option:no-color", useNoColours)
  .helpOption("-h, --help", "print what can be said")
  .helpCommand("help [COMMAND]", "print what can be said of a command")
  .configureHelp({ styleTitle: (title) => `\x1b[1m${title}\x1b[22m` })
  .showHelpAfterError("(wasinit help tells more)")
  .exitOverride(({ exitCode }) => process.exit(exitCode && 2));

for (const command of COMMANDS) program.addCommand(command.copyInheritedSettings(program));

const STATUS_NOTE = () => `
${paint("Exit status:", "bold")}
  0  all is well
  1  something is wrong with what it was given, as standard error says
  2  it was called wrongly
  wasinit run has that of the machine's policy.`;

program.addHelpText("after", STATUS_NOTE);
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  fail(messageOf(error));
  process.exitCode = 1;
}
