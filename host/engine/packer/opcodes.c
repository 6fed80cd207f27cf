#include "opcodes.h"

#include "refuse.h"
#include "wasm_opcode.h"

/*
 * What follows an opcode, each letter one thing: l is a number as LEB128, b a byte, 4 and 8 so many, m the index of a
 * memory, t a br_table, p the opcode behind a prefix.
 */
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
    case WASM_OP_REF_NULL:
    case WASM_OP_REF_FUNC:
    case WASM_OP_TABLE_GET:
    case WASM_OP_TABLE_SET:
        return "l";
    case WASM_OP_CALL_INDIRECT:
        return "ll";
    case WASM_OP_SELECT_T:
        return "lb";
    case WASM_OP_MISC_PREFIX:
        return "p";
    case WASM_OP_BR_TABLE:
    case EXT_OP_BR_TABLE_CACHE:
        return "t";
    case EXT_OP_GET_LOCAL_FAST:
    case EXT_OP_SET_LOCAL_FAST:
    case EXT_OP_SET_LOCAL_FAST_I64:
    case EXT_OP_TEE_LOCAL_FAST:
    case EXT_OP_TEE_LOCAL_FAST_I64:
        return "b";
    case WASM_OP_MEMORY_SIZE:
    case WASM_OP_MEMORY_GROW:
        return "m";
    case WASM_OP_F32_CONST:
        return "4";
    case WASM_OP_F64_CONST:
        return "8";
    default:
        return "";
    }
}

static const char *
immediates_of_misc(unsigned opcode)
{
    switch (opcode) {
    case WASM_OP_MEMORY_INIT:
        return "lm";
    case WASM_OP_MEMORY_COPY:
        return "mm";
    case WASM_OP_MEMORY_FILL:
        return "m";
    case WASM_OP_TABLE_INIT:
    case WASM_OP_TABLE_COPY:
        return "ll";
    case WASM_OP_DATA_DROP:
    case WASM_OP_ELEM_DROP:
    case WASM_OP_TABLE_GROW:
    case WASM_OP_TABLE_SIZE:
    case WASM_OP_TABLE_FILL:
        return "l";
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

/* The loader takes a 0 of several bytes, of which the interpreter skips one, and runs the others. */
static void
skip_memory(const uint8_t **ip, const uint8_t *end)
{
    if (*ip < end && **ip)
        refuse("the index of a memory is not a byte of 0");
    ++*ip;
}

static void
skip(const char *immediates, const uint8_t **ip, const uint8_t *end)
{
    for (; *immediates; immediates++) {
        if (*immediates == 'l')
            (void)read_leb(ip, end);
        else if (*immediates == 'm')
            skip_memory(ip, end);
        else if (*immediates == 'p')
            skip(immediates_of_misc(read_leb(ip, end)), ip, end);
        else if (*immediates == 't')
            for (uint64_t targets = (uint64_t)read_leb(ip, end) + 1; targets && *ip < end; targets--)
                (void)read_leb(ip, end);
        else
            *ip += *immediates == 'b' ? 1 : *immediates - '0';
    }
}

uint8_t
next_opcode(const uint8_t **ip, const uint8_t *end)
{
    const uint8_t opcode = *(*ip)++;

    skip(immediates(opcode), ip, end);
    return opcode;
}

/* In a function's body, as the loader has left it: false if these are not opcodes from its beginning to its end. */
static bool
find_in(const WASMFunction *function, bool used[256])
{
    const uint8_t *ip = function->code, *end = ip + function->code_size;
    uint8_t last = 0;

    while (ip < end) {
        last = next_opcode(&ip, end);
        used[last] = true;
    }
    return ip == end && last == WASM_OP_END;
}

void
find_opcodes(const WASMModule *module, bool used[256])
{
    memset(used, 0, 256 * sizeof(*used));
    used[WASM_OP_IMPDEP] = true; /* with which the engine returns from its own frames */
    for (uint32_t i = 0; i < module->function_count; i++)
        if (!find_in(module->functions[i], used))
            refuse("its opcodes can't be told");
    /* The engine has a list of these, which is not written: a frame with so many blocks never fits its stack. */
    if (used[EXT_OP_BR_TABLE_CACHE])
        refuse("a br_table branches over more than 255 blocks");
}

void
check_opcodes(const WASMModule *module, const struct host *host)
{
    bool used[256];

    find_opcodes(module, used);
    for (unsigned opcode = 0; opcode < 256; opcode++)
        if (used[opcode] && !host->has_opcode[opcode])
            refuse("this host is pruned for another module: it has no %s", opcode_name(opcode));
}

/* From the engine's own table. */
const char *
opcode_name(unsigned opcode)
{
#define HANDLE_OPCODE(op) #op
    DEFINE_GOTO_TABLE(const char *, names)
    return names[opcode];
}
