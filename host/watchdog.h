#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "wasm_export.h"

/* Sets the handlers of the signals with which the kernel tells of time and of crashes. */
void watchdog_start(void);

/*
 * Calls `run`, and stops it when it crashes, or has used CPU for some seconds without waiting for anything: an endless
 * loop. Returns what `run` returned, which is why it ended, or why it was stopped.
 */
const char *watchdog_call(const char *(*run)(void));

/* Tells on what the logic runs, once that is known. */
void watchdog_set_env(wasm_exec_env_t env);

/* A child was reaped: however many follow, that is no endless loop. */
void watchdog_reset(void);

#endif
