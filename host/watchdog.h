#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "wasm_export.h"

/*
 * Calls `run(env)`, and stops it when it has used CPU for some seconds without waiting for anything: an endless loop.
 * Returns what `run` returned, which is why it ended, or that it was stopped.
 */
const char *watchdog_call(const char *(*run)(wasm_exec_env_t env), wasm_exec_env_t env);

/* The logic waits: for every import that can to call. */
void watchdog_reset(void);

#endif
