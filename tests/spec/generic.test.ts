/** The specification's own tests through the packer and a host with all opcodes. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { built } from "../arch.js";
import { packed } from "./engines.js";
import { EXCEPTIONS, outlived, STACKS, unexpected } from "./exceptions.js";
import { runScript } from "./script.js";
import { scriptPath, SCRIPTS } from "./suite.js";

const HOST = built("spec/generic/generic");

const total = { tried: 0, untried: 0, failed: 0 };

for (const name of SCRIPTS) {
  test(name, async () => {
    const { tried, untried, failures } = await runScript(packed(HOST, STACKS[name]), scriptPath(name));
    total.tried += tried;
    total.untried += untried;
    total.failed += failures.length;
    assert.deepEqual([...unexpected(name, failures), ...outlived(name, failures)], []);
  });
}

test("the suite is all there, and exceptions are about it", () => {
  assert.ok(SCRIPTS.length >= 89, `${SCRIPTS.length} scripts`);
  for (const { script } of EXCEPTIONS) assert.ok(SCRIPTS.includes(script), script);
});

after(() => {
  const { tried, untried, failed } = total;
  console.log(
    `${tried - failed} of ${tried} commands ended as they should; ${untried} more are about modules that are refused`,
  );
});
