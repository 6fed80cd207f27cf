#include "memory_image.h"

#include <string.h>

#define STEP 8 /* units */

/* In few instructions of any processor that has vectors. */
static inline void
widen_step(const uint8_t *bytes, uint8_t *units)
{
    typedef uint64_t half_of_vector __attribute__((vector_size(2 * STEP)));
    typedef uint8_t vector __attribute__((vector_size(2 * STEP)));
    uint64_t eight;

    memcpy(&eight, bytes, STEP);
    const vector narrow = (vector)(half_of_vector){ eight, 0 }, zeros = { 0 };
    const vector wide = __builtin_shufflevector(narrow, zeros, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    memcpy(units, &wide, sizeof(wide));
}

/* The last step may do a part of the one before once more. */
static inline void
widen(const uint8_t *bytes, uint8_t *units, size_t count)
{
    size_t i = 0;

    if (count < STEP) {
        for (; i < count; i++)
            units[2 * i] = bytes[i];
        return;
    }
    for (; i < count - STEP; i += STEP)
        widen_step(bytes + i, units + 2 * i);
    widen_step(bytes + count - STEP, units + 2 * (count - STEP));
}

void
memory_image_expand(const uint8_t *image, uint8_t *memory)
{
    for (;;) {
        const unsigned head = *image++;
        unsigned count = head & 0x1f;

        memory += 2 * (head >> 5);
        if (count == RUN_STRING) {
            count = *image++;
            const struct string_header header = STRING_HEADER(count);
            memcpy(memory, &header, sizeof(header));
            memory += sizeof(header);
        }
        else if (count == RUN_ZEROS) {
            memory += 2 * (image[0] | image[1] << 8);
            image += 2;
            continue;
        }
        else if (count == RUN_BYTES) {
            count = 2 * *image++;
            if (!count)
                return;
            memcpy(memory, image, count);
            image += count;
            memory += count;
            continue;
        }
        widen(image, memory, count);
        image += count;
        memory += 2 * count;
    }
}
