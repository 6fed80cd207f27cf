/* The engine's loader, and in which words it refuses. */
#include "load.h"

#include <stdio.h>
#include <string.h>

#include "refuse.h"
#include "wasm_native.h"
#include "wasm_runtime_common.h"

/* What the loader says of a feature that it doesn't have, and what that is called. */
static const struct {
    const char *said, *name;
} unsupported[] = {
    { "unsupported opcode 06", "exceptions" },
    { "unsupported opcode 08", "exceptions" },
    { "unsupported opcode 12", "tail calls" },
    { "unsupported opcode 13", "tail calls" },
    { "unsupported opcode 14", "typed function references" },
    { "unsupported opcode fb", "garbage collection" },
    { "unsupported opcode fd", "SIMD" },
    { "v128 value type", "SIMD" },
    { "unknown type -5", "SIMD" },
    { "unknown value type", "SIMD, or other values that this engine has not" },
    { "unsupported opcode fe", "threads" },
    { "invalid limits flags", "shared memory, as threads do, or memory of 64 bits" },
    { "invalid section id", "exceptions, or another section that this engine has not" },
    { "invalid type flag", "garbage collection" },
    { "multiple memories", "several memories" },
};

/* Those of one module; returns how many. */
static uint32_t
list_symbols(const struct imports *imports, const char *module, NativeSymbol *symbols)
{
    uint32_t count = 0;

    for (size_t i = 0; i < imports->count; i++) {
        const struct import *import = &imports->list[i];
        if (!strcmp(import->module, module))
            symbols[count++] = (NativeSymbol){ import->name, (void *)import, import->signature, NULL };
    }
    return count;
}

static bool
is_first_of_module(const struct imports *imports, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!strcmp(imports->list[i].module, imports->list[index].module))
            return false;
    return true;
}

/* The engine gets the struct import for the function's address. */
static bool
register_imports(const struct imports *imports)
{
    static NativeSymbol symbols[IMPORTS_MAX];
    uint32_t used = 0;

    for (size_t i = 0; i < imports->count; i++) {
        if (!is_first_of_module(imports, i))
            continue;
        const char *module = imports->list[i].module;
        const uint32_t count = list_symbols(imports, module, symbols + used);
        if (!wasm_native_register_natives(module, symbols + used, count))
            return false;
        used += count;
    }
    return true;
}

static const char *
kind_of(uint8_t kind)
{
    static const char *const names[] = { "a function", "a table", "a memory", "a global" };

    return kind < sizeof(names) / sizeof(*names) ? names[kind] : "a tag";
}

static const struct import *
find(const struct imports *imports, const char *module, const char *name)
{
    for (size_t i = 0; i < imports->count; i++)
        if (!strcmp(imports->list[i].module, module) && !strcmp(imports->list[i].name, name))
            return &imports->list[i];
    return NULL;
}

/* The loader only warns of an import that it can't link. */
static void
check_imports(const WASMModule *module, const struct imports *imports)
{
    for (uint32_t i = 0; i < module->import_count; i++) {
        const WASMImport *import = &module->imports[i];
        const char *from = import->u.names.module_name, *name = import->u.names.field_name;
        if (import->kind != IMPORT_KIND_FUNC)
            refuse("it imports %s, %s.%s", kind_of(import->kind), from, name);
        if (import->u.function.func_ptr_linked)
            continue;
        const struct import *has = find(imports, from, name);
        if (has)
            refuse("it imports %s.%s with another type: %s it is", from, name, has->signature);
        refuse("this host has no import %s.%s", from, name);
    }
}

static _Noreturn void
refuse_load(const char *said)
{
    const char *colon = strstr(said, "failed: ");

    for (size_t i = 0; i < sizeof(unsupported) / sizeof(*unsupported); i++)
        if (strstr(said, unsupported[i].said))
            refuse("it uses %s", unsupported[i].name);
    refuse("%s", colon ? colon + strlen("failed: ") : said);
}

void
start_loader(const struct imports *imports)
{
    RuntimeInitArgs args = { .mem_alloc_type = Alloc_With_System_Allocator };

    if (!wasm_runtime_full_init(&args) || !register_imports(imports))
        refuse("the engine does not start");
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL); /* what it warns of is checked, and named, here */
}

WASMModule *
load(uint8_t *bytes, size_t size, const struct imports *imports)
{
    char said[128] = "";

    WASMModule *module = (WASMModule *)wasm_runtime_load(bytes, (uint32_t)size, said, sizeof(said));
    if (!module)
        refuse_load(said);
    check_imports(module, imports);
    return module;
}
