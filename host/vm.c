#include "vm.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "imports.h"
#include "log.h"
#include "platform/arena.h"
#include "watchdog.h"

#ifndef STACK_SIZE
#define STACK_SIZE (16 * 1024) /* bytes, of the interpreter, which clears them: the logic uses less than 1 kB */
#endif
#define MEMORY_MAX 1024 /* pages of 64 kB, that a module may grow to whatever it says itself */
#define KEPT_MAX 64 /* bytes */

static wasm_module_t loaded;
static wasm_module_inst_t instance;
static char refusal[128];
static bool needs_root; /* open as WASI_ROOT */

/* What the logic exports as `kept` outlives it: see assembly/life.ts. */
static uint8_t kept[KEPT_MAX];
static uint32_t kept_size;
static bool has_kept;

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
are_imports_linked(void)
{
    int32_t count = wasm_runtime_get_import_count(loaded);
    bool linked = true;

    for (int32_t i = 0; i < count; i++) {
        wasm_import_t import;
        wasm_runtime_get_import_type(loaded, i, &import);
        linked &= is_linked(&import);
        needs_root |= !strncmp(import.name, "path_", 5) || !strncmp(import.name, "fd_prestat_", 11);
    }
    if (needs_root)
        wasi_open_root();
    return linked;
}

bool
vm_load(uint8_t *module, uint32_t size)
{
    RuntimeInitArgs args = { .mem_alloc_type = Alloc_With_System_Allocator };

    if (!wasm_runtime_full_init(&args) || !linux_register() || !wasi_register()) {
        log_line(LOG_CRIT, "the engine does not start");
        return false;
    }
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL); /* what it warns of is checked, and named, here */
    loaded = wasm_runtime_load(module, size, refusal, sizeof(refusal));
    if (!loaded) {
        log_line(LOG_CRIT, "the logic is refused: %s", refusal);
        return false;
    }
    return are_imports_linked();
}

static void *
memory_of(wasm_module_inst_t module_instance, uint32_t address, uint64_t length)
{
    wasm_memory_inst_t memory = wasm_runtime_get_default_memory(module_instance);

    if (!memory)
        return NULL;
    uint64_t size = wasm_memory_get_cur_page_count(memory) * wasm_memory_get_bytes_per_page(memory);
    if (address > size || length > size - address)
        return NULL;
    return (uint8_t *)wasm_memory_get_base_address(memory) + address;
}

void *
vm_memory(wasm_exec_env_t env, uint32_t address, uint64_t length)
{
    return memory_of(wasm_runtime_get_module_inst(env), address, length);
}

/* `kept` is a StaticArray: its length in bytes stands in front of it. */
static void *
find_kept(void)
{
    wasm_global_inst_t global;
    uint32_t address;

    if (!wasm_runtime_get_export_global_inst(instance, "kept", &global) || global.kind != WASM_I32)
        return NULL;
    memcpy(&address, global.global_data, sizeof(address));
    void *length = memory_of(instance, address - sizeof(kept_size), sizeof(kept_size));
    if (!length)
        return NULL;
    memcpy(&kept_size, length, sizeof(kept_size));
    if (kept_size > sizeof(kept)) {
        log_line(LOG_ERR, "the logic wants %u bytes kept, %u are the most", kept_size, KEPT_MAX);
        return NULL;
    }
    return memory_of(instance, address, kept_size);
}

static const char *
call_boot(void)
{
    wasm_function_inst_t boot = wasm_runtime_lookup_function(instance, "boot");
    wasm_exec_env_t env = wasm_runtime_create_exec_env(instance, STACK_SIZE);

    if (!boot || !env)
        return boot ? "no memory for its stack" : "it exports no function `boot`";
    if (wasm_func_get_result_count(boot, instance)) /* The engine would write it to where there is nothing. */
        return "its `boot` returns a value";
    watchdog_watch(env);
    if (wasm_runtime_call_wasm(env, boot, 0, NULL))
        return "its `boot` returned";
    return wasm_runtime_get_exception(instance);
}

/* Starts the logic; returns why it has ended. The module's start function runs within instantiate. */
static const char *
live(void)
{
    const InstantiationArgs args = { .default_stack_size = STACK_SIZE, .max_memory_pages = MEMORY_MAX };

    instance = wasm_runtime_instantiate_ex(loaded, &args, refusal, sizeof(refusal));
    if (!instance)
        return refusal;
    void *bytes = find_kept();
    if (bytes && has_kept)
        memcpy(bytes, kept, kept_size);
    return call_boot();
}

/* Keeps what the logic wants kept, and gives back all else that it had. */
static const char *
end_instance(void)
{
    void *bytes = find_kept();

    has_kept = bytes;
    if (bytes)
        memcpy(kept, bytes, kept_size);
    wasm_runtime_deinstantiate(instance);
    instance = NULL;
    return NULL;
}

bool
vm_run(void)
{
    void *mark = arena_mark();

    log_line(LOG_CRIT, "the logic has ended: %s", watchdog_call(live));
    if (instance && watchdog_call(end_instance))
        return false; /* what a crash has left of it is of no use */
    arena_release(mark);
    (void)syscall(SYS_close_range, WASI_ROOT + needs_root, ~0U, 0);
    return true;
}
