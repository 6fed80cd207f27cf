/** Who makes the calls: PID 1, or a child that it has forked. */

/** What can be opened: its bytes, or the errno with which it is read or its size is asked for. */
export class File {
  bytes: u8[] = [];
  readError: i32 = 0;
  seekError: i32 = 0;
}

export class Descriptor {
  offset: i64 = 0;

  constructor(
    readonly path: string,
    readonly file: File,
    readonly closesOnExec: bool,
  ) {}
}

/** What an import has written into the module's memory. */
export class Write {
  bytes: u8[] = [];

  constructor(readonly address: usize) {}
}

/** What the module was told by one call. */
export class Answer {
  constructor(
    readonly result: i64,
    readonly writes: Write[],
  ) {}
}

/** A process that runs the module. All that the module knows of the world is the answers to its calls. */
export class Caller {
  answers: Answer[] = [];
  descriptors: (Descriptor | null)[] = [];
  /** What `/` means, without the slash behind it, and the working directory. */
  root: string = "";
  directory: string = "/";
  environment: Map<string, string> = new Map();
  /** The signals that have come and were not taken. */
  pending: u64 = 0;
  leadsSession: bool = false;
  /** How many children it has forked. */
  forks: i32 = 0;

  /** @param parent who goes on once this one has ended, or has become a program; null if the run ends with it. */
  constructor(
    readonly pid: i32,
    readonly parent: Caller | null,
  ) {}

  /** The same process, as fork(2) makes it. */
  copy(pid: i32, parent: Caller | null): Caller {
    const copy = new Caller(pid, parent);
    copy.answers = this.answers.slice();
    copy.descriptors = this.descriptors.slice();
    copy.root = this.root;
    copy.directory = this.directory;
    const names = this.environment.keys();
    for (let i = 0; i < names.length; i++) copy.environment.set(names[i], this.environment.get(names[i]));
    return copy;
  }
}

export const pid1 = new Caller(1, null);

/** Whose call this is. */
export let self: Caller = pid1;
/** Who is looked at: PID 1, or its child that the scenario follows. Signals from outside come to it. */
export let subject: Caller = pid1;

export function setSelf(caller: Caller): void {
  self = caller;
}

/** Has the run go on as this one, and end with it. */
export function follow(caller: Caller): void {
  self = caller;
  subject = caller;
}
