/** The files that come with the command, beside its own. */
import { fileURLToPath } from "node:url";

/** The path of a file of the package, such as `lib/wasinit` or `hosts/x86_64`. */
export function asset(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
