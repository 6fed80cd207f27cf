#include "log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX 1000 /* bytes; the kernel refuses a record of more than 1024 */

int
log_text(int priority, const char *text)
{
    char line[LINE_MAX] = "<0>init: ";
    const size_t prefix = strlen(line), most = sizeof(line) - prefix - 1;
    size_t length = strlen(text);

    if (length > most)
        length = most;
    line[1] = (char)('0' + (priority & 7));
    memcpy(line + prefix, text, length);
    line[prefix + length] = '\n'; /* Without it the kernel holds the line back, to be continued. */
    return (int)write(STDERR_FILENO, line, prefix + length + 1);
}

int
log_vline(int priority, const char *format, va_list args)
{
    char text[LINE_MAX];

    (void)!vsnprintf(text, sizeof(text), format, args);
    return log_text(priority, text);
}

int
log_line(int priority, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int written = log_vline(priority, format, args);
    va_end(args);
    return written;
}
