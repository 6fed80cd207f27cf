#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stddef.h>

/* setenv(3), of a program that does not allocate. Returns 0, or -1 and errno: ENOMEM, too, if there is no room for it. */
int environment_set(const char *name, const char *value, int overwrite);

/* `size` bytes for strings that stay for ever, or NULL if there is no room. */
char *environment_keep(size_t size);

#endif
