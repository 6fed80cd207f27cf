import { Life, Phase } from "../../assembly/life";
import { Request } from "../../assembly/signals";
import { File, self } from "./caller";
import { interfaces } from "./devices";
import { Failure, failures } from "./failures";
import { addFile, addLink, bytesOf, fileAt, openConsole, setRootType } from "./files";
import { bzImage, cpio, peImage } from "./images";
import { attach, attachMany } from "./mounts";
import { errnoNumber } from "./names";
import { poke32, poke64 } from "./peek";
import { Behaviour, ORPHAN } from "./processes";
import {
  Other,
  Program,
  child,
  followChild,
  grandchildren,
  numbered,
  others,
  programs,
  startProgram,
} from "./programs";
import { NEVER, setClock } from "./time";
import { lineNumber, nextLine, refuse, traceFrom, traceTo } from "./trace";
import { programArguments } from "./wasi";
import { Words } from "./words";
import { Event, events, setLastRun, setLimit } from "./world";

/**
 * The language of the scenarios: all forms of a directive are in the table of npm/testing/directives.ts, and told of in
 * docs/scenarios.md.
 */

let kept: usize = 0;
let hasConsole = true;

function duration(words: Words): i64 {
  return words.takes("after") ? words.time() : 0;
}

function lives(words: Words, behaviour: Behaviour): bool {
  if (words.takes("exits")) behaviour.status = (<i32>words.number()) << 8;
  else if (words.takes("dies of")) behaviour.status = words.signal();
  else return words.takes("runs for ever") || words.takes("runs forever");
  behaviour.lasts = duration(words);
  return true;
}

function isTold(words: Words, behaviour: Behaviour): bool {
  if (words.takes("ignores TERM")) return (behaviour.ignoresTerm = true);
  if (words.takes("can't be killed")) return (behaviour.unkillable = true);
  if (words.takes("is at a terminal")) return (behaviour.isAtTerminal = true);
  if (words.takes("is stopped")) return (behaviour.stopped = true);
  if (words.takes("loads the kernel")) return (behaviour.loads = true);
  if (!words.takes("on TERM exits")) return false;
  behaviour.termStatus = (<i32>words.number()) << 8;
  behaviour.lingers = duration(words);
  return true;
}

function program(words: Words, program: Program): void {
  const run = new Behaviour();
  if (lives(words, run)) program.runs.push(run);
  else if (!isTold(words, program.latest)) words.refuse();
}

function programAt(words: Words): void {
  const path = words.next();
  if (!programs.has(path)) programs.set(path, new Program());
  program(words, programs.get(path));
}

function otherNamed(name: string): Other {
  for (let i = 0; i < others.length; i++) if (others[i].name == name) return others[i];
  others.push(new Other(name));
  return others[others.length - 1];
}

function process(words: Words): void {
  const behaviour = otherNamed(words.next()).behaviour;
  if (!lives(words, behaviour) && !isTold(words, behaviour)) words.refuse();
}

function orphans(words: Words, count: i64): void {
  words.expect("exit after");
  const lasts = words.time();
  for (let i: i64 = 0; i < count; i++) {
    const orphan = new Other(ORPHAN);
    orphan.behaviour.lasts = lasts;
    others.push(orphan);
  }
}

function fail(words: Words): void {
  const call = words.next();
  let subject = words.next();
  let errno = errnoNumber(subject);
  if (errno) subject = "";
  else errno = words.errno();
  let times = i32.MAX_VALUE;
  if (!words.isEmpty) {
    times = <i32>words.number();
    words.expect("times");
  }
  failures.push(new Failure(call, subject, errno, times));
}

function at(words: Words): void {
  const time = words.time();
  if (words.takes("file")) events.push(new Event(time, 0, 0, words.next()));
  else events.push(new Event(time, 0, words.signal(), ""));
}

function after(words: Words): void {
  const reaped = <i32>words.number();
  words.expect("reaped");
  events.push(new Event(NEVER, reaped, words.signal(), ""));
}

function cut(words: Words, bytes: u8[]): u8[] {
  return words.takes("cut to") ? bytes.slice(0, <i32>words.number()) : bytes;
}

function image(words: Words, isPe: bool): u8[] {
  const size = <i32>words.number();
  words.expect("bytes");
  return cut(words, isPe ? peImage(size) : bzImage(size));
}

function archive(words: Words): u8[] {
  const files = <i32>words.number();
  words.expect("files");
  return cut(words, cpio(files));
}

function hex(words: Words): u8[] {
  const digits = words.next();
  const bytes: u8[] = [];
  for (let i = 0; i < digits.length; i += 2) bytes.push(<u8>parseInt(digits.substr(i, 2), 16));
  return cut(words, bytes);
}

function content(words: Words, file: File): void {
  if (words.takes("holds")) file.bytes = bytesOf(words.text());
  else if (words.takes("is a bzImage of")) file.bytes = image(words, false);
  else if (words.takes("is a PE image of")) file.bytes = image(words, true);
  else if (words.takes("is a cpio of")) file.bytes = archive(words);
  else if (words.takes("is bytes")) file.bytes = hex(words);
  else if (words.takes("is a directory")) file.readError = -errnoNumber("EISDIR");
  else if (words.takes("is a FIFO")) file.seekError = -errnoNumber("ESPIPE");
  else {
    words.expect("is");
    const size = <i32>words.number();
    words.expect("bytes of");
    file.bytes = bytesOf(words.text().repeat(size));
  }
}

function file(words: Words): void {
  const path = words.next();
  if (words.takes("is a link to")) return addLink(path, words.next());
  const file = new File();
  addFile(path, file);
  if (!words.isEmpty) content(words, file);
}

/** A file that an earlier line has made. */
function fileBefore(words: Words): File {
  const path = words.next();
  const file = fileAt(path);
  if (!file) refuse(`there is no ${path} yet`, lineNumber);
  return file as File;
}

function add(words: Words): void {
  const file = fileBefore(words);
  const before = file.bytes;
  content(words, file);
  file.bytes = before.concat(file.bytes);
}

function disk(words: Words): void {
  const source = words.next();
  const place = ["8:1", "ext4"];
  for (let i = 0; i < place.length && !words.takes("on"); i++) {
    place[i] = words.next();
    if (i == 1) words.expect("on");
  }
  attach(source, place[0], place[1], words.text());
}

function mounts(words: Words, count: i64): void {
  words.expect("mounts of");
  attachMany(<i32>count, <i32>words.number());
  words.expect("bytes");
}

function childNumbered(words: Words, children: Map<i32, Program>): void {
  const number = <i32>words.number();
  if (!children.has(number)) children.set(number, new Program());
  program(words, children.get(number));
}

function passed(words: Words): void {
  while (!words.isEmpty) programArguments.push(words.next());
}

function crowd(words: Words): void {
  const count = words.number();
  if (words.takes("orphans")) orphans(words, count);
  else mounts(words, count);
}

function patch(words: Words): void {
  const file = fileBefore(words);
  let offset = <i32>words.number();
  while (!words.isEmpty) file.bytes[offset++] = <u8>words.number();
}

function phaseNamed(words: Words): Phase {
  if (words.takes("Ready")) return Phase.Ready;
  if (words.takes("Boot")) return Phase.Boot;
  if (words.takes("Reboot")) return Phase.Reboot;
  words.expect("End");
  return Phase.End;
}

function requestNamed(words: Words): Request {
  if (words.takes("Restart")) return Request.Restart;
  if (words.takes("PowerOff")) return Request.PowerOff;
  words.expect("Halt");
  return Request.Halt;
}

function keepAt(words: Words): void {
  const offset = <usize>words.number();
  words.expect("is");
  poke32(kept + offset, <u32>words.number());
}

function keep(words: Words): void {
  if (!kept) refuse("the policy exports no `kept`", lineNumber);
  if (words.takes("at")) keepAt(words);
  else if (words.takes("phase")) poke32(kept + offsetof<Life>("phase"), phaseNamed(words));
  else if (words.takes("pid")) poke32(kept + offsetof<Life>("pid"), <u32>words.number());
  else if (words.takes("asked")) poke32(kept + offsetof<Life>("asked"), requestNamed(words));
  else if (words.takes("ending")) poke32(kept + offsetof<Life>("ending"), 1);
  else if (words.takes("delay")) poke32(kept + offsetof<Life>("delay"), <u32>words.number());
  else if (words.takes("started")) poke64(kept + offsetof<Life>("started"), words.time());
  else words.refuse();
}

function until(words: Words): void {
  if (!words.takes("run")) return setLimit(words.time());
  const count = <i32>words.number();
  words.expect("of");
  setLastRun(words.next(), count);
}

function directive(words: Words): void {
  if (words.takes("program") || words.takes("stage")) programAt(words);
  else if (words.takes("process")) process(words);
  else if (words.takes("the child")) program(words, child);
  else if (words.takes("follow the child")) followChild();
  else if (words.takes("its child")) childNumbered(words, grandchildren);
  else if (words.takes("child")) childNumbered(words, numbered);
  else if (words.takes("the root is of type")) setRootType(words.number());
  else if (words.takes("disk")) disk(words);
  else if (words.takes("fail")) fail(words);
  else if (words.takes("at")) at(words);
  else if (words.takes("after")) after(words);
  else if (words.takes("file")) file(words);
  else if (words.takes("add to")) add(words);
  else if (words.takes("patch")) patch(words);
  else if (words.takes("no descriptors")) hasConsole = false;
  else if (words.takes("interface")) interfaces.set(words.next(), 0);
  else if (words.takes("environment")) self.environment.set(words.next(), words.text());
  else if (words.takes("arguments")) passed(words);
  else if (words.takes("uptime")) setClock(words.time());
  else if (words.takes("kept")) keep(words);
  else if (words.takes("running")) startProgram(words.next());
  else if (words.takes("trace from")) traceFrom(words.text());
  else if (words.takes("trace to")) traceTo(words.text());
  else if (words.takes("until")) until(words);
  else crowd(words);
  if (!words.isEmpty) words.refuse();
}

/** What says how the run is made, for who makes it: see npm/scenario.ts. */
function isForRunner(line: string): bool {
  return line == "check";
}

/** Prepares the world for a scenario. */
export function read(text: string, keptAddress: usize): void {
  kept = keptAddress;
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    nextLine();
    if (line.length && !line.startsWith("#") && !isForRunner(line)) directive(new Words(line));
  }
  if (hasConsole) openConsole();
}
