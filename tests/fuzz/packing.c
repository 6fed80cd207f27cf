/*
 * The packer, whose target is the program that it is part of: what it lays out is at once in the memory for which it is
 * meant. All that the loader had is given back before anything of it runs: so a pointer that is left to that is seen.
 */
#include "packing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/packer/file.h"
#include "engine/packer/host.h"
#include "engine/packer/load.h"
#include "engine/packer/module.h"
#include "engine/packer/refuse.h"
#include "engine/platform/arena.h"
#include "imports/table.h"
#include "wasm_export.h"
#include "wasm_interp.h"
#include "wasm_runtime.h"

#define BLOB_MAX (8 * 1024 * 1024) /* bytes */

#define FUNCTION_linux(name) linux_##name
#define FUNCTION_wasi_snapshot_preview1(name) wasi_##name

#define DECLARE(module, name, signature) extern void FUNCTION_##module(name)(void);
ALL_IMPORTS(DECLARE)

const struct packed *packed;

static struct host host;
static jmp_buf refused;
static char reason[512];
static _Alignas(64) uint8_t blob_bytes[BLOB_MAX];

void
refuse(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    longjmp(refused, 1);
}

void
refuse_host(const char *why)
{
    refuse("%s", why);
}

static void
read_self(void)
{
#define IMPORT(module, name, signature) { #module, #name, signature, (uintptr_t)&FUNCTION_##module(name) },
#define OWN_STRUCT(name, type) { 0, sizeof(type) },
#define OWN_ROW(name, type, member, kind) { offsetof(type, member), sizeof(((type *)NULL)->member) },
    static const struct import imports[] = { ALL_IMPORTS(IMPORT) };
    static const struct place places[] = { LAYOUT(OWN_STRUCT, OWN_ROW) };

    host = (struct host){ .entry = ENTRY, .imports = { imports, sizeof(imports) / sizeof(*imports) } };
    memcpy(host.places, places, sizeof(places));
    memset(host.has_opcode, true, sizeof(host.has_opcode));
}

void
packing_start(void)
{
    read_self();
    start_loader(&host.imports);
}

const char *
packing_pack(const uint8_t *bytes, size_t size)
{
    static struct blob blob = { .bytes = blob_bytes, .capacity = BLOB_MAX, .address = (uintptr_t)blob_bytes };
    void *mark = arena_mark();
    uint8_t *copy = malloc(size + !size); /* the loader writes to it */
    bool is_packed = false;

    memcpy(copy, bytes, size);
    memset(blob.bytes, 0, blob.size);
    blob.size = 0;
    if (!setjmp(refused)) {
        pack_module(&blob, copy, size, &host, STACK_SIZE);
        packed = (const struct packed *)blob.bytes;
        is_packed = true;
    }
    arena_release(mark);
    free(copy);
    return is_packed ? NULL : reason;
}

const char *
packing_pack_into(const uint8_t *file, size_t size, const uint8_t *bytes, size_t module_size)
{
    static struct blob blob, out;
    static struct host from;
    void *mark = arena_mark();
    uint8_t *copy = malloc(module_size);
    volatile bool has_started = false, is_packed = false;

    memcpy(copy, bytes, module_size);
    blob = out = (struct blob){ 0 };
    if (!setjmp(refused)) {
        host_read(&from, file, size);
        has_started = true;
        start_loader(&from.imports);
        blob.address = segment_address(&from);
        pack_module(&blob, copy, module_size, &from, STACK_SIZE);
        write_file(&out, &from, &blob);
        is_packed = true;
    }
    if (has_started)
        wasm_runtime_destroy();
    arena_release(mark);
    free(blob.bytes);
    free(out.bytes);
    free(copy);
    return is_packed ? NULL : reason;
}
