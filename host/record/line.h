#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

/* Lines of the trace, each `record: NUMBER TEXT ~CHECKSUM`, one after another. */

/* Begins one. */
void line_begin(void);

/* Adds to it what printf(3) would print: it is for the caller to know that it is not too long. */
void line_add(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Adds ` ADDRESS:"..."` of bytes, on as many lines as it takes. */
void line_add_bytes(uint32_t address, const uint8_t *bytes, size_t size);

/* Puts the line into the trace. If there is no room the next one tells how many were lost. */
void line_end(void);

/* The lines that follow are of a child of this number. */
void line_fork(unsigned pid);

/*
 * Quotes bytes into `text`, of `room` bytes: `^xx` is what is not graphic, and what a kernel's log or a line end would make
 * something else of. Returns the length, and sets *taken to how many of the bytes there was room for.
 */
size_t line_quote(char *text, size_t room, const uint8_t *bytes, size_t size, size_t *taken);

#endif
