/**
 * Has V8 compile WebAssembly once, quickly, and not again into better code: in the second that binaryen runs here, that does
 * not pay. It has to be said before binaryen is loaded, so what imports binaryen imports this first.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--no-wasm-tier-up");
setFlagsFromString("--no-wasm-dynamic-tiering");
