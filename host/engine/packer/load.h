#ifndef LOAD_H
#define LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "host.h"
#include "wasm.h"

/* Makes these imports known to the engine, once. */
void start_loader(const struct imports *imports);

/* Loads a module with the engine's verifying loader, which keeps `bytes`, and writes to them. Refuses an invalid one. */
WASMModule *load(uint8_t *bytes, size_t size, const struct imports *imports);

#endif
