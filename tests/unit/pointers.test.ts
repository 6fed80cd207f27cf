/** Pointers and lengths that no call can take: the simulated kernel refuses them as the host does, see tests/host/pointers. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepare } from "../../npm/compiler/policy.js";
import { type Watch, live } from "../../npm/testing/simulator.js";
import { type Call, arrayCalls, hostile, linuxCalls, listCalls, requestCalls, wasiCalls } from "../host/hostile.js";

const WASI_NOSYS = 52;
/** What the simulated kernel has not, as docs/scenarios.md says: what is wrong with it is of no interest. */
const MISSING = ["fd_readdir", "path_filestat_set_times", "path_link", "path_rename"];

/** Each call that is answered otherwise than the host answers it. */
function wrong(calls: Call[]): string[] {
  const results: number[] = [];
  const watch: Watch = {
    begin: () => {},
    import:
      (_, import_) =>
      (...args) => {
        const result = import_(...args);
        results.push(Number(result));
        return result;
      },
  };
  const { problem } = live(prepare(hostile(calls)), "", { watch });
  assert.equal(problem, "");
  return calls.flatMap(({ name, args, expected }, i) => {
    const result = results[i + 1]; // setenv is the first
    return result === (MISSING.includes(name) ? WASI_NOSYS : expected)
      ? []
      : [`${name}(${args.join(", ")}) = ${result}, not ${expected}`];
  });
}

describe("the simulated kernel refuses", () => {
  const cases: Record<string, () => Call[]> = {
    "strings and buffers of linux": linuxCalls,
    "what requests of ioctl point at": requestCalls,
    "strings in arrays": arrayCalls,
    "pointers and lengths of WASI": wasiCalls,
    "lists of pieces": listCalls,
  };
  for (const [what, calls] of Object.entries(cases)) test(what, () => assert.deepEqual(wrong(calls()), []));
});
