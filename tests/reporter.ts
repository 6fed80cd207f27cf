/** The reporter of `make test`: a line a test, what failed in full at the end, and the sum of the run as last line. */
import type { TestEvent } from "node:test/reporters";

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Result {
  name: string;
  nesting: number;
  file?: string;
  skip?: string | boolean;
  details: { type?: string; duration_ms: number; error?: Error & { failureType?: string } };
}

function isSuite(result: Result): boolean {
  return result.details.type === "suite" || result.name === result.file; // a whole file is no test
}

function line(mark: string, suites: string[], result: Result): string {
  const seconds = (result.details.duration_ms / 1000).toFixed(1);
  const why = result.skip === true ? "no reason given" : result.skip;
  const note = result.skip ? `skipped: ${why}` : `${seconds} s`;
  return `${mark} ${[...suites.slice(0, result.nesting), result.name].join(": ")}  (${note})\n`;
}

function explain(result: Result): string {
  const error = result.details.error;
  const cause = error?.cause instanceof Error ? error.cause : error;
  return `\n--- ${result.name}\n${cause?.stack ?? cause?.message ?? String(error?.cause ?? error)}\n`;
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const suites: string[] = []; // the names around the test that comes next, outermost first
  for await (const { type, data } of events) {
    if (type === "test:stderr" || type === "test:stdout") yield data.message;
    if (type === "test:start") suites[data.nesting] = data.name;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const result = data as Result;
    if (type === "test:fail") failures.push(explain(result));
    // A file or a suite is no test, and fails with its tests; but it can fail of its own.
    const counts = type === "test:fail" ? result.details.error?.failureType !== "subtestsFailed" : !isSuite(result);
    if (!counts) continue;
    if (result.skip) count.skipped++;
    else if (type === "test:pass") count.passed++;
    else count.failed++;
    yield line(result.skip ? "-" : type === "test:pass" ? "✓" : "✗", suites, result);
  }
  yield failures.join("");
  const skipped = count.skipped ? `, ${count.skipped} skipped` : "";
  yield `\n${count.passed} passed, ${count.failed} failed${skipped}\n`;
}
