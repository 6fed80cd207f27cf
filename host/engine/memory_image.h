#ifndef MEMORY_IMAGE_H
#define MEMORY_IMAGE_H

#include <stdint.h>

/*
 * What linear memory begins with, as /init carries it: strings of AssemblyScript are UTF-16, half of which is zeros. It
 * is runs of 16-bit units, each behind a byte: how many zeros are before it << 5 | how many units there are, of each of
 * which a byte follows, as the other is 0; or else one of these.
 */
enum run {
    RUN_MAX = 28,    /* units of a byte */
    RUN_STRING = 29, /* a byte: a string of so many units behind its header, and a byte for each */
    RUN_ZEROS = 30,  /* 16 bits, little-endian: so many zeros more */
    RUN_BYTES = 31,  /* a byte: so many units, with both bytes; 0 is the end */
};

#define RUN_ZEROS_BEFORE 7 /* at most */

/* A string as asc lays it out: https://www.assemblyscript.org/runtime.html#memory-layout. */
struct string_header {
    uint32_t block_size, unused[2], id, size; /* of the string in bytes */
};

#define STRING_ID 2
#define STRING_HEADER(units) \
    (struct string_header) \
    { \
        ((20 + 2 * (units) + 15) & ~15U) - 4, { 0 }, STRING_ID, 2 * (units) \
    }

/* Expands `image` into `memory`, which is zeros. */
void memory_image_expand(const uint8_t *image, uint8_t *memory);

#endif
