#include "environment.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "engine/platform/large.h"

#define VARIABLES_MAX 128

static char *variables[VARIABLES_MAX + 1] LARGE(0);

/* What is set here: the first bytes are near what else a boot touches, the many in pages that most boots never do. */
static char near[256] LARGE(0), far[65536] LARGE(3);

/* Where environ has a variable, or where it ends. */
static char **
find(const char *name, size_t length)
{
    char **variable = environ;

    while (*variable && (strncmp(*variable, name, length) || (*variable)[length] != '='))
        variable++;
    return variable;
}

const char *
environment_get(const char *name)
{
    const size_t length = strlen(name);
    const char *variable = environ ? *find(name, length) : NULL;

    return variable ? variable + length + 1 : NULL;
}

char *
environment_alloc(size_t size)
{
    static size_t near_used, far_used;

    if (size <= sizeof(near) - near_used) {
        near_used += size;
        return near + near_used - size;
    }
    if (size > sizeof(far) - far_used)
        return NULL;
    far_used += size;
    return far + far_used - size;
}

static bool
is_own(const char *variable)
{
    return (variable >= near && variable < near + sizeof(near)) || (variable >= far && variable < far + sizeof(far));
}

/* What is set once more stays where it is, if there is room for it: how much stands before it. */
static char *
place_for(char *variable, size_t size)
{
    size_t room = 0;

    if (is_own(variable))
        memcpy(&room, variable - sizeof(room), sizeof(room));
    if (size <= room)
        return variable;
    char *place = environment_alloc(sizeof(size) + size);
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
    const size_t length = strlen(name);

    if (!length || strchr(name, '='))
        return fail(EINVAL);
    if (!take_environment())
        return fail(ENOMEM);
    char **variable = find(name, length);
    if (!value) {
        for (; *variable; variable++)
            variable[0] = variable[1];
        return 0;
    }
    const size_t size = strlen(value) + 1;
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

static char *none[2];
char **arguments = none;

void
arguments_take(int argc, char **argv)
{
    size_t count = 0;

    if (argc > 0)
        arguments = argv;
    for (int i = 0; i < argc; i++) {
        char *given = argv[i];
        const size_t size = strlen(given) + 1;
        char *argument = count < ARGUMENTS_MAX ? environment_alloc(size) : NULL;
        if (argument)
            arguments[count++] = memcpy(argument, given, size);
        if (i > 0)
            memset(given, 0, size);
    }
    arguments[count] = NULL;
}
