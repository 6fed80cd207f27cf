#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "wasm_export.h"

/*
 * Calls `run`, and stops it when it has used CPU for some seconds without waiting for anything: an endless loop.
 * Returns what `run` returned, which is why it ended, or that it was stopped.
 */
const char *watchdog_call(const char *(*run)(void));

/* Tells on what the logic runs, once that is known. */
void watchdog_watch(wasm_exec_env_t env);

/* A child was reaped: however many follow, that is no endless loop. */
void watchdog_reset(void);

#endif
