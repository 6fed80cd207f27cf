#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool log_is_plain;

int
log_text(int priority, char line[LOG_LINE])
{
    const size_t skipped = log_is_plain ? strlen("<0>") : 0;

    memcpy(line, "<0>init: ", LOG_PREFIX);
    line[1] = (char)('0' + (priority & 7));
    const size_t length = strlen(line);
    line[length] = '\n'; /* Without it the kernel holds the line back, to be continued. */
    return (int)write(STDERR_FILENO, line + skipped, length + 1 - skipped);
}

int
log_line(int priority, const char *format, ...)
{
    char line[LOG_LINE];
    va_list args;

    va_start(args, format);
    (void)!vsnprintf(line + LOG_PREFIX, sizeof(line) - LOG_PREFIX, format, args);
    va_end(args);
    return log_text(priority, line);
}
