/** A virtual machine that runs one program, and hands its exit status out. */

import { VMADDR_CID_HOST, debugExit, endAll, option, raiseLoopback, run, sendVsock, setUp, shutDown } from "wasinit";

const PROGRAM = "/usr/bin/worker";
const ARGUMENTS: StaticArray<string> = ["--once"];

/**
 * The status is on the console, as `init: exit status N`; and, with `vsock=PORT` on the kernel's command line, is sent to that
 * port of the host; and, with `debug_exit=1`, is QEMU's own, by its device isa-debug-exit: twice the status, 127 at most, and 1.
 */
export function boot(): void {
  setUp();
  raiseLoopback();
  const status = run(PROGRAM, ARGUMENTS);
  const port = option("vsock");
  if (port) sendVsock(VMADDR_CID_HOST, <u32>U32.parseInt(port), `${status}\n`);
  if (option("debug_exit")) {
    endAll(); // It ends there and then.
    debugExit(status);
  }
  shutDown(status); // It powers off, unless a signal has asked for a restart.
}
