#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../layout.h"
#include "../packed.h"
#include "wasm.h"

/* End with a message: of the module, formatted as by printf(3), or of the host. */
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void refuse_host(const char *why);

/* An import, as a host has it. */
struct import {
    const char *module, *name, *signature; /* the last as NativeSymbol has it */
    uint64_t address;
};

#define IMPORTS_MAX 256

struct imports {
    const struct import *list;
    size_t count;
};

/* Makes these imports known to the engine, once. */
void start_loader(const struct imports *imports);

/* Loads a module with the engine's verifying loader, which keeps `bytes`, and writes to them. Refuses what is not valid. */
WASMModule *load(uint8_t *bytes, size_t size, const struct imports *imports);

/* A row of layout.h, in the host: bytes. Of a structure the offset is 0. */
struct place {
    uint32_t offset, size;
};

#define PLACE(name, ...) AT_##name,
enum at { LAYOUT(PLACE, PLACE) PLACES };

/* A host without a module: an ELF file with a section .layout, which layout.c describes. */
struct host {
    const uint8_t *file;
    size_t size, loaded_size; /* of the file; of that, what is loaded */
    uint64_t end;             /* of what it has in memory */
    uint64_t alignment;       /* of what is loaded: the largest page */
    uint64_t packed;          /* the address of that pointer */
    const char *entry;        /* the export that a module must have, if not empty */
    struct place places[PLACES];
    bool has_opcode[256];
    struct imports imports;
};

/* Reads one; refuses what is none, or not of the same engine. */
void host_read(struct host *host, const uint8_t *file, size_t size);

/*
 * Finds a module's start function where it is exported; refuses what the engine would find only when it starts. `entry`:
 * the export that the host calls, see struct host.
 */
void check(WASMModule *module, const char *entry);

/* Refuses a module whose instance would not fit the memory that a host has for it. */
void check_size(const WASMModule *module, const struct host *host, uint32_t stack_size);

/* Sets used[opcode] for each that is in the module's functions; refuses what the engine can't have. */
void find_opcodes(const WASMModule *module, bool used[256]);
void check_opcodes(const WASMModule *module, const struct host *host);
const char *opcode_name(unsigned opcode);

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

/* Lays a module out in an empty blob, its struct packed first. */
void write_packed(struct blob *blob, const WASMModule *module, const struct host *host, uint32_t stack_size);

/* Adds what the module's memory begins with, and returns where: see memory_image.h. */
size_t write_image(struct blob *blob, const WASMModule *module);

/* Where the blob of a module is to be in the host's memory. */
uint64_t segment_address(const struct host *host);

/* Writes the host's file with the blob as one more segment, and without sections. */
void write_file(struct blob *file, const struct host *host, const struct blob *blob);

/* Prints what a host must have for the module, in C: see pruned.h. */
void print_uses(const WASMModule *module);

#endif
