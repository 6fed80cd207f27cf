/** A policy as it is written, to be looked at: without the optimizer, and with the place in the sources of each instruction. */
import { dirname, relative } from "node:path";
import { compilePlainly } from "../compiler/compile.js";
import { type Policy, prepare } from "../compiler/policy.js";
import { Places } from "./stack.js";

export interface Plain {
  policy: Policy;
  places: Places;
}

/**
 * @param path a policy; or a module, of which there are no sources.
 * @param wasm what it is packed with.
 */
export async function loadPlainly(path: string, wasm: Uint8Array): Promise<Plain> {
  const plain = path.endsWith(".wasm") ? { wasm, sourceMap: undefined } : await compilePlainly(path);
  const policy = prepare(plain.wasm);
  return { policy, places: new Places(relative("", dirname(path)), plain.wasm, policy.wasm, plain.sourceMap) };
}
