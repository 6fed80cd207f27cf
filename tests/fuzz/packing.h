#ifndef PACKING_H
#define PACKING_H

#include <stddef.h>
#include <stdint.h>

/* Once, before all else: the loader keeps what it takes. */
void packing_start(void);

/* Packs a module into this very program, as build/pack would into a file, and sets `packed`. Returns why not, or NULL. */
const char *packing_pack(const uint8_t *bytes, size_t size);

/* Packs a module into a host's file, as build/pack does; returns why either is refused, or NULL. */
const char *packing_pack_into(const uint8_t *file, size_t size, const uint8_t *module, size_t module_size);

#endif
