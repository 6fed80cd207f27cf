import { O_CLOEXEC, O_WRONLY, open, pwrite } from "./linux";
import { closeFile } from "./files";
import { failed } from "./log";

const PORTS = "/dev/port";
const byte = memory.data(1);

/**
 * Ends QEMU with an exit status, if it has the device `isa-debug-exit` of x86: QEMU's own is twice that, and 1. That is at once,
 * so `endAll` comes first.
 * @param status 0 to 127.
 * @param port of the device, its `iobase`.
 * @returns only if there is no such device.
 */
export function debugExit(status: i32, port: i64 = 0xf4): void {
  const fd = open(PORTS, O_WRONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", PORTS, fd)) return;
  store<u8>(byte, <u8>status);
  failed("can't write %s: %m", PORTS, pwrite(fd, byte, 1, port));
  closeFile(PORTS, fd);
}
