#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "port.h"

#define END (sizeof(" + ~01234567\n")) /* what there is always room for, and a 0 */
#define PIECE_MIN (sizeof(" 4294967295:\"^00\"") - 1)

static char line[LOG_LINE];
static size_t length;
static size_t text;     /* where in the line it begins, behind what only /dev/kmsg is to know */
static unsigned number; /* of the last line */
static unsigned lost;   /* lines */
static unsigned child;  /* 0: it is PID 1 */

static size_t
room(void)
{
    return LOG_LINE - END - length;
}

void
line_add(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int added = vsnprintf(line + length, room() + 1, format, args);
    va_end(args);
    length += (size_t)added < room() ? (size_t)added : room();
}

static void
begin(void)
{
    length = 0;
    line_add("%s", port_prefix());
    text = length;
    if (child)
        line_add("record[%u]: %u ", child, ++number);
    else
        line_add("record: %u ", ++number);
}

/* FNV-1a, of 32 bits. */
static uint32_t
checksum(void)
{
    uint32_t sum = 0x811c9dc5;

    for (size_t i = text; i < length; i++)
        sum = (sum ^ (uint8_t)line[i]) * 0x01000193;
    return sum;
}

static bool
put(void)
{
    length += (size_t)snprintf(line + length, END, " ~%08x\n", checksum());
    return port_write(line, length);
}

void
line_begin(void)
{
    if (lost) {
        begin();
        line_add("lost %u", lost);
        lost = put() ? 0 : lost + 1;
    }
    begin();
}

void
line_end(void)
{
    if (!put())
        lost++;
}

void
line_fork(unsigned pid)
{
    child = pid;
    lost = 0;
    port_forget();
}

/* The line goes on in the next one, and both say so. */
static void
go_on(void)
{
    memcpy(line + length, " +", 2); /* for which END has room */
    length += 2;
    line_end();
    line_begin();
    line_add("+");
}

size_t
line_quote(char *quoted, size_t most, const uint8_t *bytes, size_t size, size_t *taken)
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0, i = 0;

    for (; i < size && used + 3 <= most; i++) {
        if (bytes[i] >= ' ' && bytes[i] < 0x7f && !strchr("\"^\\", bytes[i])) {
            quoted[used++] = (char)bytes[i];
            continue;
        }
        quoted[used++] = '^';
        quoted[used++] = digits[bytes[i] >> 4];
        quoted[used++] = digits[bytes[i] & 15];
    }
    *taken = i;
    return used;
}

void
line_add_bytes(uint32_t address, const uint8_t *bytes, size_t size)
{
    size_t taken;

    for (; size; address += (uint32_t)taken, bytes += taken, size -= taken) {
        if (room() < PIECE_MIN)
            go_on();
        line_add(" %u:\"", address);
        length += line_quote(line + length, room() - 1, bytes, size, &taken);
        line_add("\"");
    }
}
