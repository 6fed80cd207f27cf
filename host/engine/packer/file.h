#ifndef FILE_H
#define FILE_H

#include <stdint.h>

#include "blob.h"
#include "host.h"

/* Where the blob of a module is to be in the host's memory. */
uint64_t segment_address(const struct host *host);

/* Writes the host's file with the blob as one more segment, and without sections. */
void write_file(struct blob *file, const struct host *host, const struct blob *blob);

#endif
