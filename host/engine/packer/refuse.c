#include "refuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *refuse_removes;

void
fail(const char *who, const char *why)
{
    fprintf(stderr, "pack: %s: %s\n", who, why);
    if (refuse_removes)
        (void)remove(refuse_removes);
    exit(1);
}

void
refuse(const char *format, ...)
{
    char why[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(why, sizeof(why), format, args);
    va_end(args);
    fail("the module is refused", why);
}

void
refuse_host(const char *why)
{
    fail("the host is refused", why);
}
