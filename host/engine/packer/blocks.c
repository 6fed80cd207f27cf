/* Where blocks end, which the engine would look for as it enters them: see packed.h. */
#include "blocks.h"

#include "../packed.h"
#include "opcodes.h"
#include "wasm_opcode.h"

struct blocks {
    struct blob *blob, *first; /* of all, and their indices, of the first of each chunk */
    uint32_t count;
};

/* How far it is from `start`, within a block, to its END or ELSE. */
static size_t
measure(const uint8_t *start, const uint8_t *end)
{
    const uint8_t *ip = start, *at;
    unsigned depth = 1;

    for (;;) {
        at = ip;
        switch (next_opcode(&ip, end)) {
        case WASM_OP_BLOCK:
        case WASM_OP_LOOP:
        case WASM_OP_IF:
        case EXT_OP_BLOCK:
        case EXT_OP_LOOP:
        case EXT_OP_IF:
            depth++;
            break;
        case WASM_OP_ELSE:
            if (depth == 1)
                return (size_t)(at - start);
            break;
        case WASM_OP_END:
            if (--depth == 0)
                return (size_t)(at - start);
        }
    }
}

static void
begin_chunk(struct blocks *blocks)
{
    blob_add(blocks->first, &blocks->count, sizeof(blocks->count), sizeof(blocks->count));
}

static void
add(struct blocks *blocks, size_t start, size_t length)
{
    const struct block block = { (uint8_t)(start % BLOCKS_CHUNK), (uint16_t)length };

    blob_add(blocks->blob, &block, sizeof(block), 1);
    blocks->count++;
}

static void
add_block(struct blocks *blocks, size_t start, size_t length)
{
    while (blocks->first->size <= start / BLOCKS_CHUNK * sizeof(blocks->count))
        begin_chunk(blocks);
    for (; length >= UINT16_MAX; length -= UINT16_MAX)
        add(blocks, start, UINT16_MAX);
    add(blocks, start, length);
}

static void
add_function(struct blocks *blocks, const WASMFunction *function, const uint8_t *base)
{
    const uint8_t *ip = function->code, *end = ip + function->code_size;

    while (ip < end)
        switch (next_opcode(&ip, end)) {
        case WASM_OP_BLOCK:
        case WASM_OP_IF:
        case WASM_OP_ELSE:
        case EXT_OP_BLOCK:
        case EXT_OP_IF:
            add_block(blocks, (size_t)(ip - base), measure(ip, end));
        }
}

size_t
write_blocks(struct blob *blob, const WASMModule *module, size_t *first_blocks)
{
    static struct blob first;
    struct blocks blocks = { blob, &first, 0 };
    const size_t at = blob->size;

    first.size = 0;
    for (uint32_t i = 0; i < module->function_count; i++)
        add_function(&blocks, module->functions[i], module->load_addr);
    begin_chunk(&blocks);
    *first_blocks = blob_add(blob, first.bytes, first.size, sizeof(blocks.count));
    return at;
}
