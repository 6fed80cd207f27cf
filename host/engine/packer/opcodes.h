#ifndef OPCODES_H
#define OPCODES_H

#include <stdbool.h>
#include <stdint.h>

#include "host.h"
#include "wasm.h"

/* Sets used[opcode] for each that is in the module's functions; refuses what the engine can't have. */
void find_opcodes(const WASMModule *module, bool used[256]);

/* Refuses a module with an opcode that a host, which is pruned for another, has not. */
void check_opcodes(const WASMModule *module, const struct host *host);

/* Returns the opcode at *ip, and sets that behind what belongs to it; `end` is that of the function. */
uint8_t next_opcode(const uint8_t **ip, const uint8_t *end);

/* As the engine calls it. */
const char *opcode_name(unsigned opcode);

#endif
