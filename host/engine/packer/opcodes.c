#include "opcodes.h"

#include <stddef.h>

#include "wasm_opcode.h"

/* What follows an opcode, each letter one thing: l is a number as LEB128, b a byte, 4 and 8 so many, t a br_table. */
static const char *
immediates(unsigned opcode)
{
    if (opcode >= WASM_OP_I32_LOAD && opcode <= WASM_OP_I64_STORE32)
        return "ll";
    switch (opcode) {
    case WASM_OP_BLOCK:
    case WASM_OP_LOOP:
    case WASM_OP_IF:
    case EXT_OP_BLOCK:
    case EXT_OP_LOOP:
    case EXT_OP_IF:
    case WASM_OP_BR:
    case WASM_OP_BR_IF:
    case WASM_OP_CALL:
    case WASM_OP_GET_LOCAL:
    case WASM_OP_SET_LOCAL:
    case WASM_OP_TEE_LOCAL:
    case WASM_OP_GET_GLOBAL:
    case WASM_OP_SET_GLOBAL:
    case WASM_OP_GET_GLOBAL_64:
    case WASM_OP_SET_GLOBAL_64:
    case WASM_OP_SET_GLOBAL_AUX_STACK:
    case WASM_OP_I32_CONST:
    case WASM_OP_I64_CONST:
    case WASM_OP_MISC_PREFIX:
        return "l";
    case WASM_OP_CALL_INDIRECT:
        return "ll";
    case WASM_OP_BR_TABLE:
    case EXT_OP_BR_TABLE_CACHE:
        return "t";
    case EXT_OP_GET_LOCAL_FAST:
    case EXT_OP_SET_LOCAL_FAST:
    case EXT_OP_SET_LOCAL_FAST_I64:
    case EXT_OP_TEE_LOCAL_FAST:
    case EXT_OP_TEE_LOCAL_FAST_I64:
    case WASM_OP_MEMORY_SIZE:
    case WASM_OP_MEMORY_GROW:
        return "b";
    case WASM_OP_F32_CONST:
        return "4";
    case WASM_OP_F64_CONST:
        return "8";
    default:
        return "";
    }
}

/* The number's lower 32 bits. */
static uint32_t
read_leb(const uint8_t **ip, const uint8_t *end)
{
    uint32_t value = 0;

    for (unsigned shift = 0; *ip < end; shift += 7) {
        const uint8_t byte = *(*ip)++;
        if (shift < 32)
            value |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            break;
    }
    return value;
}

static void
skip(char immediate, const uint8_t **ip, const uint8_t *end)
{
    switch (immediate) {
    case 'l':
        (void)read_leb(ip, end);
        break;
    case 't':
        for (uint64_t targets = (uint64_t)read_leb(ip, end) + 1; targets && *ip < end; targets--)
            (void)read_leb(ip, end);
        break;
    case 'b':
        *ip += 1;
        break;
    default:
        *ip += immediate - '0';
    }
}

bool
opcodes_find(const uint8_t *ip, const uint8_t *end, bool used[256])
{
    uint8_t last = 0;

    while (ip < end) {
        last = *ip++;
        used[last] = true;
        for (const char *immediate = immediates(last); *immediate; immediate++)
            skip(*immediate, &ip, end);
    }
    return ip == end && last == WASM_OP_END;
}
