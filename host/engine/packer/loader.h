#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "wasm_export.h"

/*
 * Loads a module: the engine checks it and links it with the imports of linux.c and wasi.c. It keeps `bytes`, and writes
 * to them. Logs why and returns NULL if the module is refused; an import which this host doesn't have is named.
 */
wasm_module_t loader_load(uint8_t *bytes, uint32_t size);

/* Whether the module imports WASI's calls for files. */
bool loader_needs_root(wasm_module_t module);

#endif
