#ifndef PACKED_H
#define PACKED_H

#include <stdbool.h>
#include <stdint.h>

#include "wasm_export.h"

/* The export that a host calls, which a module must have. */
#ifndef ENTRY
#define ENTRY "boot"
#endif

#define WASM_PAGE 65536 /* bytes */
#define MEMORY_MAX 1024 /* pages, that a module may have or grow to, whatever it says itself */

/* Bytes, of the interpreter, unless the packer is told another: the logic uses less than 1 kB. */
#define STACK_SIZE (16 * 1024)

/* A block, an if, or an else: how far it is from its first instruction to its end, or to the else of an if. */
struct block {
    uint8_t start;   /* that instruction's place, from the module's load_addr, modulo BLOCKS_CHUNK */
    uint16_t length; /* bytes; UINT16_MAX: and that of the next, too */
} __attribute__((packed));

#define BLOCKS_CHUNK 256 /* bytes of code */

/* A module, as the packer has laid it out in a segment of the host's file. */
struct packed {
    wasm_module_t module;         /* checked, and linked with the imports */
    const uint8_t *image;         /* what linear memory begins with: see memory_image.h */
    const struct block *blocks;   /* in the order of their starts */
    const uint32_t *first_blocks; /* of each chunk of code, by their indices, and one more */
    uint32_t stack_size;          /* bytes */
    bool needs_root;              /* it imports WASI's calls for files, which expect the directory / as WASI_ROOT */
};

/* The packer writes it into the file. NULL: there is no module. */
extern const struct packed *packed;

#endif
