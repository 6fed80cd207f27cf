#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdbool.h>

#define WASI_ROOT 3 /* the descriptor at which programs for WASI look for their first directory */

/* Sets each signal to its default. Exec leaves ignored what was: who has exec'ed PID 1 may have ignored some. */
void reset_signals(void);

/* Opens what an instance of a module that imports WASI's file calls expects: the directory / as WASI_ROOT. */
void wasi_open_root(void);

#endif
