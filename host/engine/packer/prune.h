#ifndef PRUNE_H
#define PRUNE_H

#include "wasm.h"

/* Prints what a host must have for the module, in C: see pruned.h. */
void print_uses(const WASMModule *module);

#endif
