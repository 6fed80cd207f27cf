/** Names for Linux's numbers, as scenarios and traces show them. */
import { ERRNO } from "./errno";

const SIGNALS = (
  "SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM " +
  "SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF " +
  "SIGWINCH SIGIO SIGPWR SIGSYS"
).split(" ");

/** The number of an errno, or 0 if there is no such name. */
export function errnoNumber(name: string): i32 {
  if (name == "ENOTSUP") name = "EOPNOTSUPP";
  if (name == "EWOULDBLOCK") name = "EAGAIN";
  return ERRNO.indexOf(name) + 1;
}

export function errnoName(errno: i32): string {
  return errno > 0 && errno <= ERRNO.length ? ERRNO[errno - 1] : errno.toString();
}

/** The number of a signal, or 0 if there is no such name. */
export function signalNumber(name: string): i32 {
  return SIGNALS.indexOf(name) + 1;
}

export function signalName(signal: i32): string {
  return signal > 0 && signal <= SIGNALS.length ? SIGNALS[signal - 1] : signal.toString();
}

/** Bits with names; what has none is shown in hexadecimal. */
export class Flags {
  private values: u32[] = [];
  private names: string[] = [];

  with(value: u32, name: string): this {
    this.values.push(value);
    this.names.push(name);
    return this;
  }

  show(bits: u32): string {
    const shown: string[] = [];
    for (let i = 0; i < this.values.length; i++) {
      if ((bits & this.values[i]) != this.values[i]) continue;
      shown.push(this.names[i]);
      bits &= ~this.values[i];
    }
    if (bits) shown.push("0x" + bits.toString(16));
    return shown.length ? shown.join("|") : "0";
  }
}

/** Numbers with names, of which one applies. */
export class Choice {
  private values: u32[] = [];
  private names: string[] = [];

  with(value: u32, name: string): this {
    this.values.push(value);
    this.names.push(name);
    return this;
  }

  show(value: u32): string {
    const i = this.values.indexOf(value);
    return i < 0 ? "0x" + value.toString(16) : this.names[i];
  }
}
