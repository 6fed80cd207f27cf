/** What /proc tells of processes, made anew each time that it is opened. */

import { File } from "./caller";
import { addFile, bytesOf, remove } from "./files";
import { Process, alive } from "./processes";

/** Bytes of an entry: struct linux_dirent64 with a name of four characters at most. */
export const DIRENT: u32 = 24;
const RECLEN: i32 = 16;
const NAME: i32 = 19;
const TTY = 1088; // ttyS0

function putEntry(bytes: u8[], name: string): void {
  const entry = new Array<u8>(DIRENT).fill(0);
  entry[RECLEN] = <u8>DIRENT;
  for (let i = 0; i < name.length; i++) entry[NAME + i] = <u8>name.charCodeAt(i);
  for (let i = 0; i < entry.length; i++) bytes.push(entry[i]);
}

function directory(processes: Process[]): File {
  const file = new File();
  putEntry(file.bytes, ".");
  putEntry(file.bytes, "..");
  putEntry(file.bytes, "1");
  for (let i = 0; i < processes.length; i++) putEntry(file.bytes, processes[i].pid.toString());
  putEntry(file.bytes, "sys");
  return file;
}

function stat(process: Process): File {
  const file = new File();
  const pid = process.pid;
  const terminal = process.behaviour.isAtTerminal ? TTY : 0;
  file.bytes = bytesOf(`${pid} (${process.name} )) S 1 ${pid} ${pid} ${terminal} -1 4194560 100\n`);
  return file;
}

/** Makes what is at a path of /proc that tells of processes. */
export function makeProc(path: string): void {
  const processes = alive();
  if (path == "/proc") return addFile(path, directory(processes));
  if (!path.startsWith("/proc/") || !path.endsWith("/stat")) return;
  remove(path);
  for (let i = 0; i < processes.length; i++) {
    if (path == `/proc/${processes[i].pid}/stat`) addFile(path, stat(processes[i]));
  }
}
