/* What linear memory begins with: see memory_image.h for the format. */
#include "image.h"

#include <string.h>

#include "../memory_image.h"
#include "refuse.h"

static uint64_t
end_of(const WASMDataSeg *segment)
{
    return (uint64_t)(uint32_t)segment->base_offset.u.unary.v.i32 + segment->data_length;
}

/* How far the segments reach. The engine would trap at one that is out of bounds. */
static size_t
measure(const WASMModule *module)
{
    const WASMMemory *memory = module->memories;
    const uint64_t size = module->memory_count ? (uint64_t)memory->init_page_count * memory->num_bytes_per_page : 0;
    uint64_t end = 0;

    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        const WASMDataSeg *segment = module->data_segments[i];
        if (segment->is_passive)
            continue;
        if (segment->base_offset.init_expr_type != INIT_EXPR_TYPE_I32_CONST)
            refuse("where a data segment goes is not a constant");
        if (end_of(segment) > size)
            refuse("a data segment is out of bounds");
        if (segment->data_length && end_of(segment) > end)
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

static enum run_kind
kind_at(const struct blob *image, size_t offset)
{
    return image->bytes[offset + 1] ? RUN_BYTES : image->bytes[offset] ? RUN_NARROW : RUN_ZEROS;
}

/* Units of one kind, as many as there are; a single 0 is cheaper within a run than between two. */
static size_t
measure_run(const struct blob *image, size_t start, enum run_kind kind)
{
    size_t end = start;

    while (end < image->size) {
        enum run_kind next = kind_at(image, end);
        bool single = next == RUN_ZEROS && end + 2 < image->size && kind_at(image, end + 2) == kind;
        if (next != kind && !single)
            break;
        end += 2;
    }
    return (end - start) / 2;
}

static void
write_run(struct blob *blob, const uint8_t *bytes, enum run_kind kind, size_t units)
{
    const size_t head = units << 2 | kind;

    blob_add(blob, (uint8_t[]){ (uint8_t)head, (uint8_t)(head >> 8) }, 2, 1);
    if (kind == RUN_BYTES)
        blob_add(blob, bytes, 2 * units, 1);
    for (size_t i = 0; i < units && kind == RUN_NARROW; i++)
        blob_add(blob, bytes + 2 * i, 1, 1);
}

size_t
write_image(struct blob *blob, const WASMModule *module)
{
    const struct blob *image = lay_out(module);
    const size_t start = blob->size;

    for (size_t at = 0; at < image->size;) {
        enum run_kind kind = kind_at(image, at);
        size_t units = measure_run(image, at, kind);
        if (units > RUN_MAX)
            units = RUN_MAX;
        write_run(blob, image->bytes + at, kind, units);
        at += 2 * units;
    }
    blob_reserve(blob, 2, 1); /* the end */
    return start;
}
