#ifndef MEMORY_IMAGE_H
#define MEMORY_IMAGE_H

#include <stdint.h>

/*
 * What linear memory begins with, as /init carries it: strings of AssemblyScript are UTF-16, half of which is zeros. It
 * is runs of 16-bit units, each behind 16 bits, little-endian: the count << 2 | the kind. A count of 0 is the end.
 */
enum run_kind {
    RUN_ZEROS,  /* nothing follows */
    RUN_NARROW, /* a byte for each unit, the other of which is 0 */
    RUN_BYTES,  /* both bytes of each unit */
};

#define RUN_MAX 0x3fff /* units */

/* Expands `image` into `memory`, which is zeros. */
void memory_image_expand(const uint8_t *image, uint8_t *memory);

#endif
