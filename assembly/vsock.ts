import { AF_VSOCK, SOCK_CLOEXEC, SOCK_STREAM, _exit, connect, fork, socket, write } from "./linux";
import { failed } from "./log";
import { waitOrLeave } from "./processes";

/** The address of the host of a virtual machine: vsock(7). */
export const VMADDR_CID_HOST: u32 = 2;

// struct sockaddr_vm
const SIZE: u32 = 16; // bytes
const address = memory.data(16, 4);
const PORT: usize = 4;
const CID: usize = 8;

function send(cid: u32, port: u32, text: string): i32 {
  const fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  store<u16>(address, <u16>AF_VSOCK);
  store<u32>(address, port, PORT);
  store<u32>(address, cid, CID);
  const connected = connect(fd, address, SIZE);
  return connected < 0 ? connected : write(fd, text);
}

/**
 * vsock(7): connects to a port of the virtual machine's host, or of another one, and sends a text. A child does, for 30 s at
 * most.
 * @param cid such as `VMADDR_CID_HOST`.
 * @param port on which somebody listens there.
 * @param text sent as UTF-8, in one write(2).
 * @returns whether it was sent; the log says why not: ECONNRESET if nobody listens, EAFNOSUPPORT or ENODEV without vsock.
 */
export function sendVsock(cid: u32, port: u32, text: string): bool {
  const pid = fork();
  if (failed("can't fork: %m", null, pid)) return false;
  if (pid == 0) _exit(failed("can't send by vsock: %m", null, send(cid, port, text)) ? 1 : 0);
  return waitOrLeave(pid, "vsock does not answer") == 0;
}
