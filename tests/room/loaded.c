/* The logic of a host that loads it as it starts: the module of module.S. What /init has instead is in host/engine/packer/embed.c. */
#include "engine/packer/loader.h"
#include "engine/module.h"

extern uint8_t module[], module_end[];

static wasm_module_t loaded;

wasm_module_t
module_get(void)
{
    loaded = loader_load(module, (uint32_t)(module_end - module));
    return loaded;
}

bool
module_needs_root(void)
{
    return loaded && loader_needs_root(loaded);
}

/* The engine does, from the module's data segments. */
void
module_fill(void *memory)
{
    (void)memory;
}
