/*
 * Fuzzes the engine behind vm.c: an input is a module, which is loaded, linked and run twice, as /init does. What the
 * kernel answers (see kernel.c) is taken from the input, too, from its end.
 */
#include <stdlib.h>

#include "imports/environment.h"
#include "kernel.h"
#include "engine/packer/loader.c"
#include "vm.c"

static struct input input;
static uint8_t *module;
static size_t module_size;

wasm_module_t
module_get(void)
{
    return loader_load(module, (uint32_t)module_size);
}

bool
module_needs_root(void)
{
    return logic && loader_needs_root(logic);
}

void
module_fill(void *memory)
{
    (void)memory;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char path[] = "/init", word[] = "quiet", *given[] = { path, word, path + 5 };

    (void)argc, (void)argv;
    kernel_trace = getenv("FUZZ_TRACE");
    arguments_take(3, given);
    return 0;
}

/* A child that ended leaves its instance, which with a real process is gone. */
static void
forget(void)
{
    if (instance)
        wasm_runtime_deinstantiate(instance);
    if (logic)
        wasm_runtime_unload(logic);
    wasm_runtime_destroy();
    instance = NULL;
    logic = NULL;
    has_kept = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    void *mark = arena_mark();

    module = malloc(size ? size : 1); /* the engine writes to it */
    module_size = size;

    memcpy(module, bytes, size);
    input = (struct input){ bytes, bytes + size };
    kernel_boot(&input);
    if (!setjmp(kernel_over) && vm_load()) {
        vm_run();
        vm_run();
    }
    forget();
    arena_release(mark);
    free(module);
    return 0;
}
