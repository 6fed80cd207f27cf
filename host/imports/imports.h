#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdbool.h>

#define WASI_ROOT 3 /* the descriptor at which programs for WASI look for their first directory */

/* Sets each signal to its default: what starts PID 1 may ignore some, and exec leaves that, as a start of a program does. */
void reset_signals(void);

/* Opens what an instance of a module that imports WASI's file calls expects: the directory / as WASI_ROOT. */
void wasi_open_root(void);

#endif
