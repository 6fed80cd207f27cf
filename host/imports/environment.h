#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stddef.h>

#define ARGUMENTS_MAX 33 /* from the kernel, its own name among them: MAX_INIT_ARGS */

/* getenv(3). */
const char *environment_get(const char *name);

/*
 * setenv(3), of a program that does not allocate; unsetenv(3) if `value` is NULL. Returns 0, or -1 and errno: ENOMEM, too,
 * if there is no room for it.
 */
int environment_set(const char *name, const char *value, int overwrite);

/* The kernel's arguments to /init, the first of which is its path; a NULL behind the last. */
extern char **arguments;

/*
 * Takes them from main, whose array stays theirs: they are the logic's to read and to pass on, not for every user to see
 * in /proc/1/cmdline.
 */
void arguments_take(int argc, char **argv);

/* `size` bytes for strings that stay for ever, or NULL if there is no room. */
char *environment_alloc(size_t size);

#endif
