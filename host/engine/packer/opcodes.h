#ifndef OPCODES_H
#define OPCODES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets used[opcode] for each opcode in a function's body, between `ip` and `end`, as the engine's loader has left it.
 * Returns false if what is there are not opcodes from its beginning to its end.
 */
bool opcodes_find(const uint8_t *ip, const uint8_t *end, bool used[256]);

#endif
