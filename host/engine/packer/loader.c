#include "loader.h"

#include <string.h>

#include "imports/imports.h"
#include "log.h"

static bool
is_linked(const wasm_import_t *import)
{
    if (import->kind == WASM_IMPORT_EXPORT_KIND_FUNC && import->linked)
        return true;
    log_line(LOG_CRIT, "the logic is refused: this host has no import %s.%s of that type", import->module_name,
             import->name);
    return false;
}

/* WAMR only warns of an import that it can't link, and traps when it is called. */
static bool
are_imports_linked(wasm_module_t module)
{
    int32_t count = wasm_runtime_get_import_count(module);
    bool linked = true;

    for (int32_t i = 0; i < count; i++) {
        wasm_import_t import;
        wasm_runtime_get_import_type(module, i, &import);
        linked &= is_linked(&import);
    }
    return linked;
}

wasm_module_t
loader_load(uint8_t *bytes, uint32_t size)
{
    RuntimeInitArgs args = { .mem_alloc_type = Alloc_With_System_Allocator };
    char refusal[128];

    if (!wasm_runtime_full_init(&args) || !linux_register() || !wasi_register()) {
        log_line(LOG_CRIT, "the engine does not start");
        return NULL;
    }
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL); /* what it warns of is checked, and named, here */
    wasm_module_t module = wasm_runtime_load(bytes, size, refusal, sizeof(refusal));
    if (!module)
        log_line(LOG_CRIT, "the logic is refused: %s", refusal);
    return module && are_imports_linked(module) ? module : NULL;
}

bool
loader_needs_root(wasm_module_t module)
{
    int32_t count = wasm_runtime_get_import_count(module);

    for (int32_t i = 0; i < count; i++) {
        wasm_import_t import;
        wasm_runtime_get_import_type(module, i, &import);
        if (!strncmp(import.name, "path_", 5) || !strncmp(import.name, "fd_prestat_", 11))
            return true;
    }
    return false;
}
