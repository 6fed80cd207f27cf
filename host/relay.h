#ifndef RELAY_H
#define RELAY_H

/*
 * Becomes `command`, a NULL behind its arguments, with a relay behind its standard output and error: an orphan of its
 * own session, which writes each line that comes as one line of this process' standard error, `<level>name: text`, and
 * ends when nobody is left who could write one. Without a command this process itself is the relay, of its standard
 * input. Returns an exit status, as a shell has it: 127 and 126 if the command can't be run.
 */
__attribute__((noinline)) int relay(const char *name, char **command);

#endif
