#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool log_is_plain;

int
log_text(int priority, const char *text)
{
    char line[LOG_LINE] = "<0>init: ";
    const size_t prefix = strlen(line), most = sizeof(line) - prefix - 1;
    const size_t skipped = log_is_plain ? strlen("<0>") : 0;
    size_t length = strlen(text);

    if (length > most)
        length = most;
    line[1] = (char)('0' + (priority & 7));
    memcpy(line + prefix, text, length);
    line[prefix + length] = '\n'; /* Without it the kernel holds the line back, to be continued. */
    return (int)write(STDERR_FILENO, line + skipped, prefix + length + 1 - skipped);
}

int
log_line(int priority, const char *format, ...)
{
    char text[LOG_LINE];
    va_list args;

    va_start(args, format);
    (void)!vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return log_text(priority, text);
}
