import { setrlimit } from "./linux";
import { failed } from "./log";

/**
 * setrlimit(2): limits what this process, and those that it starts, may take of a resource. For one program alone it is called
 * in `prepare`.
 * @param resource one of `RLIMIT_*` of `wasinit/linux`.
 * @param soft the limit, in the unit of the resource: `RLIMIT_NOFILE` counts files, `RLIMIT_CORE` bytes; `RLIM_INFINITY`: none.
 * @param hard the most to which `soft` may be raised later.
 * @returns 0, or -errno, logged: EINVAL if `soft` is above `hard`.
 */
export function limit(resource: i32, soft: u64, hard: u64 = soft): i32 {
  const result = setrlimit(resource, soft, hard);
  failed("can't set a limit: %m", null, result);
  return result;
}
