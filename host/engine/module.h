#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

#include "wasm_export.h"

/*
 * The logic, checked and linked with the imports of linux.c and wasi.c. Of /init it is constant data, as embed.c wrote
 * it when /init was built; of the tests' hosts, what the engine has loaded as they start: then NULL if it is refused,
 * and why is in the log.
 */
wasm_module_t module_get(void);

/* Whether it imports WASI's calls for files, which expect the directory / open as WASI_ROOT. */
bool module_needs_root(void);

/* Fills `memory`, an instance's linear memory, with what it begins with, before anything of the module runs. */
void module_fill(void *memory);

#endif
