#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

/* setenv(3), of a program that does not allocate. Returns 0, or -1 and errno: ENOMEM, too, if there is no room for it. */
int environment_set(const char *name, const char *value, int overwrite);

#endif
