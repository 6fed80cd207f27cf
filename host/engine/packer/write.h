#ifndef WRITE_H
#define WRITE_H

#include <stdint.h>

#include "blob.h"
#include "host.h"
#include "wasm.h"

/* Lays a module out in an empty blob, its struct packed first. */
void write_packed(struct blob *blob, const WASMModule *module, const struct host *host, uint32_t stack_size);

#endif
