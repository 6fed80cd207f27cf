import { ENOENT, getenv } from "./linux";
import { put, setLength } from "./bytes";
import { error, failed } from "./log";
import { Request } from "./signals";

const SIZE: u32 = 16; // bytes; no setting is as long
const buffer = memory.data(16);
const value = changetype<string>(memory.data(20 + 2 * 16, 4) + 20);

const LONGEST_GRACE: u32 = 3600; // seconds

/** Milliseconds that processes get to end between a TERM and a KILL. */
export let grace: i64 = 5000;

/** What the end of `/etc/boot` asks for. */
export let once: Request = Request.None;

/** Reads a variable, which the kernel has made of a word `name=value` of its command line; returns null if it is not set. */
function read(name: string): string | null {
  const length = getenv(name, buffer, SIZE);
  if (length == -ENOENT || failed("can't read the setting %s=: %m", name, length)) return null;
  const units = min<u32>(length, SIZE);
  for (let i: u32 = 0; i < units; i++) put(value, i, load<u8>(buffer + i));
  setLength(value, units);
  return value;
}

/** The number that `text` is in decimal; 0 if it is none, or above `most`. */
function numberOf(text: string, most: u32): u32 {
  let number: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit: u32 = text.charCodeAt(i) - 0x30;
    number = 10 * number + digit;
    if (digit > 9 || number > most) return 0;
  }
  return number;
}

function readGrace(): void {
  const text = read("grace");
  if (text === null) return;
  const seconds = numberOf(text, LONGEST_GRACE);
  if (seconds) grace = 1000 * <i64>seconds;
  else error("grace=%s is no number of seconds from 1 to %d", text, LONGEST_GRACE);
}

function readOnce(): void {
  const text = read("once");
  if (text === null) return;
  if (text == "poweroff") once = Request.PowerOff;
  else if (text == "halt") once = Request.Halt;
  else if (text == "reboot") once = Request.Restart;
  else error("once=%s is none of poweroff, halt, reboot", text);
}

/** Reads what the kernel's command line sets. */
export function readSettings(): void {
  readGrace();
  readOnce();
}
