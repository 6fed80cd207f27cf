/* What linear memory begins with: see memory_image.h for the format. */
#include "image.h"

#include <string.h>

#include "../memory_image.h"

static uint64_t
end_of(const WASMDataSeg *segment)
{
    return (uint64_t)(uint32_t)segment->base_offset.u.unary.v.i32 + segment->data_length;
}

/* How far the segments reach, in whole units. */
static size_t
measure(const WASMModule *module)
{
    uint64_t end = 0;

    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        const WASMDataSeg *segment = module->data_segments[i];
        if (!segment->is_passive && segment->data_length && end_of(segment) > end)
            end = end_of(segment);
    }
    return (size_t)((end + 1) & ~(uint64_t)1);
}

/* The segments, put where the engine would put them. */
static const struct blob *
lay_out(const WASMModule *module)
{
    static struct blob image;

    if (image.size)
        memset(image.bytes, 0, image.size);
    image.size = 0;
    (void)blob_reserve(&image, measure(module), 1);
    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        const WASMDataSeg *segment = module->data_segments[i];
        if (!segment->is_passive && segment->data_length)
            memcpy(image.bytes + (uint32_t)segment->base_offset.u.unary.v.i32, segment->data, segment->data_length);
    }
    return &image;
}

/* What of a unit is not 0. */
enum kind { ZERO, NARROW, WIDE };

static enum kind
kind_at(const struct blob *image, size_t offset)
{
    return image->bytes[offset + 1] ? WIDE : image->bytes[offset] ? NARROW : ZERO;
}

static bool
is_narrow(const struct blob *image, size_t start, size_t units)
{
    for (size_t i = 0; i < units; i++)
        if (kind_at(image, start + 2 * i) == WIDE)
            return false;
    return true;
}

/* Units of one kind, as many as there are; a single 0 is cheaper within a run than between two. */
static size_t
measure_run(const struct blob *image, size_t start, enum kind kind, size_t most)
{
    const size_t size = image->size < start + 2 * most ? image->size : start + 2 * most;
    size_t end = start;

    while (end < size) {
        enum kind next = kind_at(image, end);
        bool single = next == ZERO && end + 2 < size && kind_at(image, end + 2) == kind;
        if (next != kind && !single)
            break;
        end += 2;
    }
    return (end - start) / 2;
}

static void
put(struct blob *blob, size_t byte)
{
    blob_add(blob, &(uint8_t){ (uint8_t)byte }, 1, 1);
}

static void
put_narrow(struct blob *blob, const struct blob *image, size_t start, size_t units)
{
    for (size_t i = 0; i < 2 * units; i += 2)
        put(blob, image->bytes[start + i]);
}

/* Whether there is a string in memory as asc writes it, of narrow units. */
static bool
is_string(const struct blob *image, size_t start)
{
    struct string_header header;
    const size_t text = start + sizeof(header);

    if (text > image->size)
        return false;
    memcpy(&header, image->bytes + start, sizeof(header));
    const size_t units = header.size / 2;
    const struct string_header usual = STRING_HEADER((uint32_t)units);
    return units <= UINT8_MAX && !memcmp(&header, &usual, sizeof(header)) && text + 2 * units <= image->size
           && is_narrow(image, text, units);
}

/* Returns where it ends. */
static size_t
write_string(struct blob *blob, const struct blob *image, size_t start, size_t zeros)
{
    struct string_header header;

    memcpy(&header, image->bytes + start, sizeof(header));
    put(blob, zeros << 5 | RUN_STRING);
    put(blob, header.size / 2);
    put_narrow(blob, image, start + sizeof(header), header.size / 2);
    return start + sizeof(header) + header.size;
}

static size_t
write_bytes(struct blob *blob, const struct blob *image, size_t start, size_t zeros)
{
    const size_t units = measure_run(image, start, WIDE, UINT8_MAX);

    put(blob, zeros << 5 | RUN_BYTES);
    put(blob, units);
    blob_add(blob, image->bytes + start, 2 * units, 1);
    return start + 2 * units;
}

static size_t
write_narrow(struct blob *blob, const struct blob *image, size_t start, size_t zeros)
{
    const size_t units = measure_run(image, start, NARROW, RUN_MAX);

    put(blob, zeros << 5 | units);
    put_narrow(blob, image, start, units);
    return start + 2 * units;
}

static size_t
write_run(struct blob *blob, const struct blob *image, size_t start, size_t zeros)
{
    if (is_string(image, start))
        return write_string(blob, image, start, zeros);
    if (start < image->size && kind_at(image, start) == WIDE)
        return write_bytes(blob, image, start, zeros);
    return write_narrow(blob, image, start, zeros);
}

size_t
write_image(struct blob *blob, const WASMModule *module)
{
    const struct blob *image = lay_out(module);
    const size_t start = blob->size;

    for (size_t at = 0; at < image->size;) {
        const size_t zeros = measure_run(image, at, ZERO, UINT16_MAX);
        at += 2 * zeros;
        if (zeros <= RUN_ZEROS_BEFORE) {
            at = write_run(blob, image, at, zeros);
            continue;
        }
        put(blob, RUN_ZEROS);
        put(blob, zeros);
        put(blob, zeros >> 8);
    }
    put(blob, RUN_BYTES);
    put(blob, 0);
    return start;
}
