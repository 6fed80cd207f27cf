/*
 * snprintf(3) and vsnprintf(3) for what the host and the engine print: %s %c %d %u %x %p, widths, zeros, `l` and `z`.
 * They take the place of the C library's, which come with floating point, wide characters and streams: 12 kB.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct output {
    char *next, *end; /* the last byte is for the 0 */
    int length;       /* of all there was to print */
};

static void
put(struct output *output, char c)
{
    if (output->next < output->end)
        *output->next++ = c;
    output->length++;
}

static void
put_padded(struct output *output, const char *text, int length, int width, char pad)
{
    for (; width > length; width--)
        put(output, pad);
    while (length-- > 0)
        put(output, *text++);
}

static void
put_number(struct output *output, uint64_t value, unsigned base, bool negative, int width, char pad)
{
    char digits[24];
    int at = sizeof(digits);

    do
        digits[--at] = "0123456789abcdef"[value % base];
    while (value /= base);
    if (negative && pad == '0') { /* before the zeros */
        put(output, '-');
        width--;
    }
    else if (negative) {
        digits[--at] = '-';
    }
    put_padded(output, digits + at, (int)sizeof(digits) - at, width, pad);
}

static int
length_of(const char *text)
{
    int length = 0;

    while (text[length])
        length++;
    return length;
}

int
vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    struct output output = { buffer, size ? buffer + size - 1 : buffer, 0 };

    for (; *format; format++) {
        if (*format != '%') {
            put(&output, *format);
            continue;
        }
        char pad = *++format == '0' ? '0' : ' ';
        int width = 0;
        bool is_long = false;
        for (; *format >= '0' && *format <= '9'; format++)
            width = 10 * width + *format - '0';
        for (; *format == 'l' || *format == 'z'; format++)
            is_long = true;
        if (!*format)
            break;
        switch (*format) {
        case 's': {
            const char *text = va_arg(args, const char *);
            text = text ? text : "(null)";
            put_padded(&output, text, length_of(text), width, ' ');
            break;
        }
        case 'c': {
            const char c = (char)va_arg(args, int);
            put_padded(&output, &c, 1, width, ' ');
            break;
        }
        case 'd': {
            int64_t value = is_long ? va_arg(args, long) : va_arg(args, int);
            put_number(&output, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0, width, pad);
            break;
        }
        case 'p':
            put_number(&output, (uintptr_t)va_arg(args, void *), 16, false, width, pad);
            break;
        case 'u':
        case 'x':
            put_number(&output, is_long ? va_arg(args, unsigned long) : va_arg(args, unsigned),
                       *format == 'u' ? 10 : 16, false, width, pad);
            break;
        default:
            put(&output, *format);
        }
    }
    if (size)
        *output.next = 0;
    return output.length;
}

int
snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int length = vsnprintf(buffer, size, format, args);
    va_end(args);
    return length;
}
