#ifndef VM_H
#define VM_H

#include <stdbool.h>
#include <stdint.h>

#include "wasm_export.h"

/* Starts the engine, and makes the module ready. Logs why and returns false if it is refused. */
bool vm_load(void);

/*
 * Starts the logic: a new instance, the bytes that it keeps put back, its export `boot` called. Returns when it traps
 * or ends, which is logged with the functions it was in; returns whether `vm_run` can be called again.
 */
bool vm_run(void);

/*
 * The module's memory at `address`, for an import's use during this call.
 * Returns NULL unless all of the `length` bytes are within it.
 */
void *vm_memory(wasm_exec_env_t env, uint32_t address, uint64_t length);

#endif
