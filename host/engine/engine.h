#ifndef ENGINE_H
#define ENGINE_H

#include "wasm_export.h"

/* What the host needs of WAMR beside wasm_export.h. */

/* Of wasm_runtime_full_init, which brings much that a module of constant data has no use for, all that is needed. */
void engine_start(void);

/*
 * Logs the functions that `env` is in. WAMR does it as the interpreter returns with an exception; what is stopped in a
 * loop does not return.
 */
void engine_log_call_stack(wasm_exec_env_t env);

#endif
