#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../layout.h"
#include "../packed.h"

/* An import, as a host has it. */
struct import {
    const char *module, *name, *signature; /* the last as NativeSymbol has it */
    uint64_t address;
};

#define IMPORTS_MAX 256

#define BUILD_ID_SIZE 20 /* bytes */

struct imports {
    const struct import *list;
    size_t count;
};

/* A row of layout.h, in the host: bytes. Of a structure the offset is 0. */
struct place {
    uint32_t offset, size;
};

#define PLACE(name, ...) AT_##name,
enum at { LAYOUT(PLACE, PLACE) PLACES };

#define POLICY_SIZE 16 /* bytes: half as many of a checksum, in hexadecimal */

/* A host without a module: an ELF file with a section .layout, which layout.c describes. */
struct host {
    const uint8_t *file;
    size_t size, loaded_size; /* of the file; of that, what is loaded */
    uint64_t end;             /* of what it has in memory */
    uint64_t alignment;       /* of what is loaded: the largest page */
    uint64_t packed;          /* the address of that pointer */
    uint64_t policy_offset;   /* where in the file its checksum goes; 0: nowhere */
    uint64_t build_id;        /* where in the file it is; 0: nowhere */
    const char *entry;        /* the export that a module must have, if not empty */
    struct place places[PLACES];
    bool has_opcode[256];
    struct imports imports;
};

/* Reads one; refuses what is none, or not of the same engine. */
void host_read(struct host *host, const uint8_t *file, size_t size);

#endif
