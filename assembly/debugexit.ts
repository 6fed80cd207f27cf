import { O_CLOEXEC, O_WRONLY, open, pwrite } from "./linux";
import { closeFile } from "./files";
import { failed } from "./log";
import { logStatus } from "./programs";

const PORTS = "/dev/port";
const byte = memory.data(1);

const MOST: u32 = 127; // An exit status of QEMU has 8 bits, and one of them is taken.

/**
 * Ends QEMU with an exit status, if it has the device `isa-debug-exit` of x86: QEMU's own is twice that, and 1. That is at once,
 * so `endAll` comes first. The console is told before, as by `powerOff`: QEMU's status has no room for all, and that of success, 1,
 * is also QEMU's when it fails itself.
 * @param status 0 to 255; one above 127, as of a program that was killed, is 127 to QEMU.
 * @param port of the device, its `iobase`.
 * @returns only if there is no such device.
 */
export function debugExit(status: i32, port: i64 = 0xf4): void {
  const fd = open(PORTS, O_WRONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", PORTS, fd)) return;
  logStatus(status);
  store<u8>(byte, <u8>min(<u32>status, MOST));
  failed("can't write %s: %m", PORTS, pwrite(fd, byte, 1, port));
  closeFile(PORTS, fd);
}
