#include "environment.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "platform/large.h"

#define VARIABLES_MAX 128
#define OWN_MAX 65536 /* bytes of what is set here */

static char *variables[VARIABLES_MAX + 1] LARGE(3);
static char own[OWN_MAX] LARGE(2); /* filled from its end, beside which linux.c has its strings */

/* Where environ has a variable, or where it ends. */
static char **
find(const char *name, size_t length)
{
    char **variable = environ;

    while (*variable && (strncmp(*variable, name, length) || (*variable)[length] != '='))
        variable++;
    return variable;
}

char *
environment_keep(size_t size)
{
    static size_t used;

    if (size > sizeof(own) - used)
        return NULL;
    used += size;
    return own + sizeof(own) - used;
}

/* What is set once more stays where it is, if there is room for it: how much stands before it. */
static char *
place_for(char *variable, size_t size)
{
    size_t room = 0;

    if (variable >= own && variable < own + sizeof(own))
        memcpy(&room, variable - sizeof(room), sizeof(room));
    if (size <= room)
        return variable;
    char *place = environment_keep(sizeof(size) + size);
    return place ? (char *)memcpy(place, &size, sizeof(size)) + sizeof(size) : NULL;
}

/* environ comes from the kernel, with no room for more. */
static bool
take_environment(void)
{
    size_t count = 0;

    if (environ == variables)
        return true;
    for (; environ[count]; count++)
        if (count == VARIABLES_MAX)
            return false;
    memcpy(variables, environ, (count + 1) * sizeof(*environ));
    environ = variables;
    return true;
}

static int
fail(int error)
{
    errno = error;
    return -1;
}

int
environment_set(const char *name, const char *value, int overwrite)
{
    const size_t length = strlen(name), size = strlen(value) + 1;

    if (!length || strchr(name, '='))
        return fail(EINVAL);
    if (!take_environment())
        return fail(ENOMEM);
    char **variable = find(name, length);
    if (*variable && !overwrite)
        return 0;
    if (variable == variables + VARIABLES_MAX)
        return fail(ENOMEM);
    char *place = place_for(*variable, length + 1 + size);
    if (!place)
        return fail(ENOMEM);
    memcpy(place, name, length);
    place[length] = '=';
    memcpy(place + length + 1, value, size);
    *variable = place;
    return 0;
}
