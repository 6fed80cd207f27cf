import { ENOENT, ESRCH, SIGHUP, getdents64, read } from "./linux";
import { decimal } from "./decimal";
import { closeFile, openFile } from "./files";
import { error, failed } from "./log";
import { page } from "./page";
import { signal } from "./signals";

const PROC = "/proc";

// getdents64(2): struct linux_dirent64
const RECLEN: usize = 16;
const NAME: usize = 19;

const ENTRIES: u32 = 1024; // bytes
const entries = page;

// proc_pid_stat(5): pid (comm) state ppid pgrp session tty_nr ...
const STAT: u32 = 256; // bytes, more than these take
const stat = page + ENTRIES;

const SPACE: u32 = 0x20;
const PARENTHESIS: u32 = 0x29;
const ZERO: u32 = 0x30;

let at: usize = 0;

/** Reads the decimal number at `at`; 0 if there is none. */
function readNumber(): i32 {
  let number = 0;
  for (let digit = load<u8>(at) - ZERO; digit <= 9; digit = load<u8>(at) - ZERO) {
    number = 10 * number + digit;
    at++;
  }
  return number;
}

function skipField(): void {
  while (load<u8>(at) > SPACE) at++;
  at++;
}

/** Reads what /proc tells of a process, a 0 behind it; returns bytes, 0 if the process has ended. */
function readStat(pid: i32): u32 {
  const path = decimal(pid, "/proc/", "/stat");
  const fd = openFile(path);
  if (fd < 0) return 0;
  const length = read(fd, stat, STAT - 1);
  closeFile(path, fd);
  if (length == -ESRCH || failed("can't read %s: %m", path, length)) return 0;
  store<u8>(stat + length, 0);
  return length;
}

/** Whether a process is in the process group `-target`, or any if that is -1, and has a controlling terminal. */
function isAtTerminal(pid: i32, target: i32): bool {
  const length = readStat(pid);
  if (length == 0) return false;
  at = stat + length;
  while (at > stat && load<u8>(at) != PARENTHESIS) at--; // The command's name may have some of its own.
  at += 2;
  skipField();
  skipField();
  const group = readNumber();
  skipField();
  skipField();
  return (target == -1 || group == -target) && readNumber() != 0;
}

/** Hangs up on the processes among the next entries of /proc; returns whether there were any entries. */
function hangUpNext(proc: i32, target: i32): bool {
  const length = getdents64(proc, entries, ENTRIES);
  if (failed("can't read %s: %m", PROC, length)) return false;
  for (let entry = entries; entry < entries + length; entry += load<u16>(entry + RECLEN)) {
    at = entry + NAME;
    const pid = readNumber();
    if (pid > 1 && isAtTerminal(pid, target)) signal(pid, SIGHUP);
  }
  return length > 0;
}

/**
 * Sends SIGHUP to processes that have a controlling terminal, as a terminal does that goes away: interactive shells
 * ignore TERM. Others don't get it, as it tells daemons to read their configuration again.
 * @param target which, as kill(2) takes it: a process group `-pid`, or -1 for all.
 */
export function hangUp(target: i32): void {
  const proc = openFile(PROC);
  if (proc == -ENOENT) error("can't open %s: %m", PROC, proc);
  if (proc < 0) return;
  while (hangUpNext(proc, target)) {}
  closeFile(PROC, proc);
}
