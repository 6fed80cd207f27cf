/*
 * Fuzzes the packer, and the engine behind vm.c with what it has packed: an input is a module, which is packed into this
 * program, and run twice, as /init does. What the kernel answers (see kernel.c) is taken from the input, too, from its
 * end.
 */
#include <stdlib.h>

#include "imports/environment.h"
#include "imports/imports.h"
#include "kernel.h"
#include "packing.h"
#include "vm.c"

extern const uint8_t small[], small_end[];

static struct input input;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char path[] = "/init", word[] = "quiet", *given[] = { path, word, path + 5, NULL };

    (void)argc, (void)argv;
    kernel_trace = getenv("FUZZ_TRACE");
    packing_start();
    if (packing_pack(small, (size_t)(small_end - small)))
        abort(); /* or nothing would be run */
    arguments_take(3, given);
    return 0;
}

/* A child that ended leaves its instance, which with a real process is gone. */
static void
forget(void)
{
    if (instance)
        wasm_runtime_deinstantiate(instance);
    instance = NULL;
    has_kept = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    void *mark = arena_mark();

    input = (struct input){ bytes, bytes + size };
    kernel_boot(&input);
    const char *why = packing_pack(bytes, size);
    if (why && kernel_trace)
        fprintf(stderr, "refused: %s\n", why);
    if (!why && !setjmp(kernel_over) && vm_load()) {
        for (int runs = 0; runs < 2; runs++) {
            if (vm_needs_root())
                wasi_open_root();
            vm_run();
        }
    }
    forget();
    arena_release(mark);
    return 0;
}
