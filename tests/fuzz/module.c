/*
 * Fuzzes the engine behind vm.c: an input is a module, which is loaded, linked and run twice, as /init does. What the
 * kernel answers (see kernel.c) is taken from the input, too, from its end.
 */
#include <stdlib.h>

#include "kernel.h"
#include "vm.c"

static struct input input;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char *arguments[] = { "/init", "quiet", "" };

    (void)argc, (void)argv;
    kernel_trace = getenv("FUZZ_TRACE");
    wasi_set_args(3, arguments);
    return 0;
}

/* A child that ended leaves its instance, which with a real process is gone. */
static void
forget(void)
{
    if (instance)
        wasm_runtime_deinstantiate(instance);
    if (loaded)
        wasm_runtime_unload(loaded);
    wasm_runtime_destroy();
    instance = NULL;
    loaded = NULL;
    needs_root = has_kept = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    void *mark = arena_mark();
    uint8_t *module = malloc(size ? size : 1); /* the engine writes to it */

    memcpy(module, bytes, size);
    input = (struct input){ bytes, bytes + size };
    kernel_boot(&input);
    if (!setjmp(kernel_over) && vm_load(module, (uint32_t)size)) {
        vm_run();
        vm_run();
    }
    forget();
    arena_release(mark);
    free(module);
    return 0;
}
