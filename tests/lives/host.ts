/** The packed host that lives what V8 has lived. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { built, commandFor } from "../arch.js";

const HOST = built("lives/init");
const SECONDS = 300; // until a host that does not answer is ended

/** Tells where the host first does other than what was recorded of some lives, or returns "". */
export async function replay(...records: string[][]): Promise<string> {
  const lines = records.flat();
  const lives = lines.filter((line) => line.startsWith("life ")).length;
  const host = spawn(...commandFor(HOST), { stdio: "pipe", timeout: SECONDS * 1000 });
  const ended = new Promise((resolve, reject) => host.on("error", reject).on("close", (...how) => resolve(how)));
  host.stdin.on("error", () => {}); // it has ended, which is told
  host.stdin.end(`${lines.join("\n")}\n`);
  const [answer, errors, how] = await Promise.all([text(host.stdout), text(host.stderr), ended]);
  return answer === `${lives} lives\n` ? "" : `${answer}${errors}it exited with ${how}`;
}
