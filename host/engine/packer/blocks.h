#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

#include "blob.h"
#include "wasm.h"

/* Adds where each block ends, and returns where; *first_blocks is set to where its other table is: see packed.h. */
size_t write_blocks(struct blob *blob, const WASMModule *module, size_t *first_blocks);

#endif
