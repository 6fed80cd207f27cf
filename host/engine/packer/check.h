#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>

#include "host.h"
#include "wasm.h"

/*
 * Finds a module's start function where it is exported; refuses what the engine would find only when it starts. `entry`:
 * the export that the host calls, see struct host.
 */
void check(WASMModule *module, const char *entry);

/* Refuses a module whose instance would not fit the memory that a host has for it. */
void check_size(const WASMModule *module, const struct host *host, uint32_t stack_size);

#endif
