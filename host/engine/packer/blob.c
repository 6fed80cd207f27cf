#include "blob.h"

#include <stdlib.h>
#include <string.h>

#include "refuse.h"

size_t
blob_reserve(struct blob *blob, size_t size, size_t alignment)
{
    const size_t at = (blob->size + alignment - 1) / alignment * alignment;

    if (at + size > blob->capacity) {
        const size_t capacity = 2 * (at + size);
        uint8_t *bytes = realloc(blob->bytes, capacity);
        if (!bytes)
            refuse("out of memory");
        memset(bytes + blob->capacity, 0, capacity - blob->capacity);
        blob->bytes = bytes;
        blob->capacity = capacity;
    }
    blob->size = at + size;
    return at;
}

size_t
blob_add(struct blob *blob, const void *bytes, size_t size, size_t alignment)
{
    const size_t at = blob_reserve(blob, size, alignment);

    if (size)
        memcpy(blob->bytes + at, bytes, size);
    return at;
}

size_t
blob_share(struct blob *blob, size_t from, const void *bytes, size_t size, size_t alignment)
{
    for (size_t at = from; at + size <= blob->size; at += alignment)
        if (!size || !memcmp(blob->bytes + at, bytes, size))
            return at;
    return blob_add(blob, bytes, size, alignment);
}
