/** A thread that lives lives of one policy: see lives.ts. */
import { parentPort, workerData } from "node:worker_threads";
import type { Policy } from "../compiler/policy.js";
import type { Task, Outcome } from "./lives.js";
import { live } from "./simulator.js";

const TAIL = 8; // lines of a trace, of a life in which a call was made to fail

const policy = workerData as Policy;

parentPort!.on("message", ({ directives, faults }: Task) => {
  for (const fault of faults) {
    const { calls, trace, all, problem } = live(policy, directives, {
      fault: (call) => (call === fault?.call ? fault.errno : 0),
    });
    const outcome: Outcome = { calls: fault ? [] : calls, trace: fault ? all.slice(-TAIL) : trace, problem };
    parentPort!.postMessage(outcome);
  }
});
