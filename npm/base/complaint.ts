/** What the user can mend: the command says it on standard error, without a stack, and exits with 1. */
export class Complaint extends Error {}
