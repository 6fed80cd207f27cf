#ifndef VM_H
#define VM_H

#include <stdbool.h>
#include <stdint.h>

#include "wasm_export.h"

/* Starts the engine. Logs it and returns false if no module is packed into this host. */
bool vm_load(void);

/* Whether each instance expects the directory / to be open as WASI_ROOT. */
bool vm_needs_root(void);

/*
 * Starts the logic: a new instance, the bytes that it keeps put back, its export `boot` called. Returns when it traps
 * or ends, which is logged with the functions it was in; returns whether `vm_run` can be called again.
 */
bool vm_run(void);

/*
 * Asks the logic, in a process that is not PID 1: a new instance, its export `name` called, which takes nothing and
 * returns an i32. Returns that, or -1 when it can't be called or traps, which is logged.
 */
int vm_ask(const char *name);

/*
 * The module's memory at `address`, for an import's use during this call.
 * Returns NULL unless all of the `length` bytes are within it.
 */
void *vm_memory(wasm_exec_env_t env, uint32_t address, uint64_t length);

/* The same for an object of AssemblyScript, in front of which stands its size in bytes: *size is set to that. */
void *vm_object(wasm_exec_env_t env, uint32_t address, uint32_t *size);

#endif
