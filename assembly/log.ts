import { LOG_ERR, LOG_INFO, LOG_WARNING, syslog } from "./linux";

/**
 * syslog(2): logs what PID 1 does, as the line `init: format`, at level 6.
 * @param format in which `%s` stands for `text`, `%d` for `value`, and `%m` for `value`, a -errno, in words.
 */
export function info(format: string, text: string | null = null, value: i64 = 0): void {
  syslog(LOG_INFO, format, text, value);
}

/** syslog(2): logs what the set-up could not do, as `info` does, at level 4. */
export function warning(format: string, text: string | null = null, value: i64 = 0): void {
  syslog(LOG_WARNING, format, text, value);
}

/** syslog(2): logs what failed later, as `info` does, at level 3. */
export function error(format: string, text: string | null = null, value: i64 = 0): void {
  syslog(LOG_ERR, format, text, value);
}

/**
 * Logs what failed, as `error` does.
 * @param format such as `can't open %s: %m`.
 * @param result of a call: it is logged if it is a -errno.
 * @returns whether it is.
 */
export function failed(format: string, text: string | null, result: i64): bool {
  if (result >= 0) return false;
  error(format, text, result);
  return true;
}

class Failure {
  constructor(
    readonly format: string,
    readonly text: string | null,
    readonly result: i32,
    readonly earlier: Failure | null,
  ) {}
}

let last: Failure | null = null;

function report(failure: Failure | null): void {
  if (!failure) return;
  report(failure.earlier);
  warning(failure.format, failure.text, failure.result);
}

/**
 * Notes what failed during the set-up, until there is a log to write it to.
 * @param result what the call returned: nothing is noted when that is no error, or `-expected`.
 */
// @ts-expect-error: AssemblyScript has decorators of functions, TypeScript has not.
@inline
export function noteFailure(format: string, text: string | null, result: i32, expected: i32 = 0): void {
  if (result < 0) note(format, text, result, expected);
}

function note(format: string, text: string | null, result: i32, expected: i32): void {
  if (result != -expected) last = new Failure(format, text, result, last);
}

/** Logs the failures that were noted, in the order in which they happened. */
export function reportFailures(): void {
  report(last);
  last = null;
}
