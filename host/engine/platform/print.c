#include "platform_api_vmcore.h"

#include <stdio.h>

#include "log.h"

#define STACK_LINES 32 /* of a call stack are logged */

/* WAMR prints call stacks, a line a call, between two empty lines; that of a stack overflow has hundreds. */
int
os_vprintf(const char *format, va_list args)
{
    static unsigned lines;
    char text[256];
    int length = vsnprintf(text, sizeof(text), format, args);

    text[strcspn(text, "\n")] = 0;
    lines = *text ? lines + 1 : 0;
    if (lines == 0 || lines > STACK_LINES)
        return length;
    return log_line(LOG_CRIT, "%s", lines < STACK_LINES ? text : "...");
}

int
os_printf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int written = os_vprintf(format, args);
    va_end(args);
    return written;
}
