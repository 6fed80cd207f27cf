/** What the user can mend: the command says it on standard error, without a stack, and exits with 1. */
export class Complaint extends Error {}

/** What an error of the system says, without the names of Node's functions. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message.replace(/^\w+: /, "").replace(/, \w+( '[^]*')?$/, "") + (code ? ` (${code})` : "");
}

/** What is said of a complaint, and of what the system would not do and nobody has foreseen; any other error is thrown on. */
export function messageOf(error: unknown): string {
  if (error instanceof Complaint) return error.message;
  const { syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  return `${path ?? syscall}: ${reasonOf(error)}`;
}
