#include "memory_image.h"

#include <string.h>

static const uint8_t *
widen(const uint8_t *narrow, uint8_t *units, unsigned count)
{
    for (; count; count--, units += 2)
        *units = *narrow++;
    return narrow;
}

void
memory_image_expand(const uint8_t *image, uint8_t *memory)
{
    for (unsigned head; (head = image[0] | (unsigned)image[1] << 8) >> 2;) {
        const unsigned count = head >> 2;

        image += 2;
        if ((head & 3) == RUN_NARROW) {
            image = widen(image, memory, count);
        }
        else if ((head & 3) == RUN_BYTES) {
            memcpy(memory, image, 2 * count);
            image += 2 * count;
        }
        memory += 2 * count;
    }
}
