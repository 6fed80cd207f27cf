/** Lives of the shipped module, byte for byte, in this process: see npm/simulator.ts. */

import { type Fault, type Life, type Watch, live } from "../../npm/testing/simulator.js";
import { INIT_WASM, policyOf } from "./harness.js";

const INIT = policyOf(INIT_WASM);
const MOST_CALLS = 5000; // A life has some hundred.

/** Lives a life; one that makes calls without end is ended. */
export function run(directives: string, fault?: Fault, most = MOST_CALLS, watch?: Watch): Life {
  return live(INIT, directives, { most, ...(fault && { fault }), ...(watch && { watch }) });
}
