#ifndef IMPORTS_H
#define IMPORTS_H

#include <stdbool.h>

/* Make the imports of the modules `linux` and `wasi_snapshot_preview1` known to the engine. */
bool linux_register(void);
bool wasi_register(void);

/* Opens what a module that imports WASI's file calls expects: descriptor 3, the directory /. */
void wasi_open_root(void);

/* The kernel's arguments to /init, for args_get: `argc` strings at `argv`. */
void wasi_set_args(int argc, char **argv);

#endif
