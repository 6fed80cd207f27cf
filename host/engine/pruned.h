/*
 * What a host has of the engine and of the imports: all, or, if it is pruned for one module, what uses.h says, which the
 * packer has written (packer/prune.c).
 */
#ifdef PRUNED
#include "uses.h"
#else
#include "imports/table.h"
#define IMPORTS ALL_IMPORTS
#define OPCODES(X)
#define HAS_ALL_OPCODES
#endif
