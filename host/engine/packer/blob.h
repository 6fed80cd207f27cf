#ifndef BLOB_H
#define BLOB_H

#include <stddef.h>
#include <stdint.h>

/* A piece of the host's memory, as it is made. */
struct blob {
    uint8_t *bytes;
    size_t size, capacity;
    uint64_t address;
};

/* Add zeros, or bytes; return where in the blob. */
size_t blob_reserve(struct blob *blob, size_t size, size_t alignment);
size_t blob_add(struct blob *blob, const void *bytes, size_t size, size_t alignment);

/* Adds bytes, or finds them where they have been added since `from`; those before must be of the same alignment. */
size_t blob_share(struct blob *blob, size_t from, const void *bytes, size_t size, size_t alignment);

#endif
