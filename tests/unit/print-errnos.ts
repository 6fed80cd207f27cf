/** Prints npm/testing/errnos.ts, from the manual pages. */

import { table } from "./manual.js";

console.log(`/** How each import can fail: by the errnos of its manual pages. tests/unit/print-errnos.ts makes it, a test compares. */
export const ERRNOS: Record<string, string> = ${JSON.stringify(table())};`);
