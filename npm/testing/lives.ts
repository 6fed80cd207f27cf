/** Lives of a policy in threads of their own: so several are lived at once, and one that computes without an end is ended. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Policy } from "../compiler/policy.js";
import type { Call } from "./simulator.js";

const SECONDS = 10; // that a life may take: it takes some milliseconds

/** What is made to fail: the call of that number, with an errno. */
export interface Fault {
  call: number;
  errno: number;
}

/** Lives of one scenario: one for each fault, or as it is for null. */
export interface Task {
  directives: string;
  faults: (Fault | null)[];
}

export interface Outcome {
  calls: Call[];
  /** All of it, or the end of it if a call was made to fail. */
  trace: string[];
  problem: string;
}

const HANGS: Outcome = { calls: [], trace: [], problem: `it computes for ${SECONDS} s without a call\n` };

interface Job extends Task {
  outcomes: Outcome[];
  finish(outcomes: Outcome[]): void;
  fail(error: Error): void;
}

export class Lives {
  private readonly queue: Job[] = [];
  private readonly threads = new Set<Thread>();

  constructor(
    private readonly policy: Policy,
    private readonly most = availableParallelism(),
  ) {}

  /** Lives all lives of a task, in their order. */
  live(task: Task): Promise<Outcome[]> {
    return new Promise((finish, fail) => {
      this.queue.push({ ...task, outcomes: [], finish, fail });
      this.next();
    });
  }

  /** Has a thread that is idle take the next job; there is a new one if all are busy. */
  private next(): void {
    const idle = [...this.threads].find(({ job }) => !job);
    if (!this.queue.length || (!idle && this.threads.size === this.most)) return;
    const thread =
      idle ??
      new Thread(
        this.policy,
        (thread) => this.ended(thread),
        () => this.next(),
      );
    this.threads.add(thread);
    thread.take(this.queue.shift()!);
  }

  /** A thread was ended in the middle of a life: the rest of its job is for another. */
  private ended(thread: Thread): void {
    this.threads.delete(thread);
    const job = thread.job!;
    job.outcomes.push(HANGS);
    if (job.outcomes.length === job.faults.length) job.finish(job.outcomes);
    else this.queue.unshift(job);
    this.next();
  }

  close(): void {
    for (const thread of this.threads) thread.end();
    this.threads.clear();
  }
}

class Thread {
  job: Job | null = null;
  private readonly worker: Worker;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    policy: Policy,
    private readonly hangs: (thread: Thread) => void,
    private readonly isIdle: () => void,
  ) {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: policy });
    this.worker.on("message", (outcome: Outcome) => this.note(outcome));
    this.worker.on("error", (error) => this.job?.fail(error));
  }

  take(job: Job): void {
    this.job = job;
    this.watch();
    const { directives, faults, outcomes } = job;
    this.worker.postMessage({ directives, faults: faults.slice(outcomes.length) } satisfies Task);
  }

  private note(outcome: Outcome): void {
    const job = this.job!;
    job.outcomes.push(outcome);
    if (job.outcomes.length < job.faults.length) return void this.timer?.refresh();
    clearTimeout(this.timer);
    this.job = null;
    job.finish(job.outcomes);
    this.isIdle();
  }

  /** Ends the thread if it takes too long until an outcome. */
  private watch(): void {
    this.timer = setTimeout(() => {
      this.end();
      this.hangs(this);
    }, SECONDS * 1000);
  }

  end(): void {
    clearTimeout(this.timer);
    void this.worker.terminate();
  }
}
