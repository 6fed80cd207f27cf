#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdbool.h>

#define WASI_ROOT 3 /* the descriptor at which programs for WASI look for their first directory */

/* Make the imports of the modules `linux` and `wasi_snapshot_preview1` known to the engine. */
bool linux_register(void);
bool wasi_register(void);

/* Opens what a module that imports WASI's file calls expects: the directory / as WASI_ROOT. */
void wasi_open_root(void);

#endif
