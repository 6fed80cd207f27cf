#ifndef SAY_H
#define SAY_H

#include <stdarg.h>
#include <stdio.h>

/* printf(3) is not to be had in a host, which has its own functions in the place of some that it needs. */
static void
say(const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)!vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    (void)!fputs(text, stdout);
}

#endif
