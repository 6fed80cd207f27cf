#ifndef MODULE_H
#define MODULE_H

#include <stddef.h>
#include <stdint.h>

#include "blob.h"
#include "host.h"

/*
 * Loads and checks a module, and lays it out for a host in an empty blob, whose address is set. Its `bytes` are written
 * to. Refuses what the host can't run.
 */
void pack_module(struct blob *blob, uint8_t *bytes, size_t size, const struct host *host, uint32_t stack_size);

#endif
