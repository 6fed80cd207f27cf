/*
 * WAMR's interpreter with the opcodes that the logic uses, which embed.c has found: what the table below does not name,
 * the compiler leaves out. An opcode that is not there is "unsupported", and a trap, were it ever met.
 */
#include "wasm_opcode.h"

#undef DEFINE_GOTO_TABLE
#define DEFINE_GOTO_TABLE(type, name) \
    static type name[WASM_INSTRUCTION_NUM] = { [0 ... WASM_INSTRUCTION_NUM - 1] = &&HANDLE_WASM_OP_UNUSED_0x0a, OPCODES }
#include "opcodes_used.h"

#include "wasm_interp_classic.c"
