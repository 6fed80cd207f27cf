import { LOG_CRIT, syslog } from "./linux";

/** What AssemblyScript calls when an assertion fails, an index is out of bounds, or memory is used up. */
export function abort(
  message: string | null = null,
  file: string | null = null,
  line: u32 = 0,
  _column: u32 = 0,
): void {
  syslog(LOG_CRIT, "abort: %s", message ? message : "an assertion failed", 0);
  syslog(LOG_CRIT, "at %s:%d", file, line);
  unreachable();
}
