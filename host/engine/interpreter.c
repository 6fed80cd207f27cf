/*
 * WAMR's interpreter with the opcodes that a host has: what the table below does not name, the compiler leaves out. An
 * opcode that is not there is "unsupported", and a trap, were it ever met.
 */
#include <math.h>

#include "packed.h"
#include "pruned.h"
#include "record/record.h"
#include "wasm_loader.h"
#include "wasm_opcode.h"
#include "wasm_runtime.h"

#ifndef HAS_ALL_OPCODES
#define LABEL(number, name) [number] = &&HANDLE_##name,
#undef DEFINE_GOTO_TABLE
#define DEFINE_GOTO_TABLE(type, name) \
    static type name[WASM_INSTRUCTION_NUM] = { [0 ... WASM_INSTRUCTION_NUM - 1] = &&HANDLE_WASM_OP_UNUSED_0x0a, \
                                               OPCODES(LABEL) }
#endif

#define PARAMETERS_MAX 9 /* of an import: path_open's */

typedef uint64_t import(WASMExecEnv *, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                        uint64_t);

/*
 * Calls an import, in the place of what WAMR has for functions of all kinds. Ours take and return only integers: each is
 * in a register or a slot of 64 bits, with its sign in the upper half, by the calling conventions of x86_64, arm64 and
 * riscv64; one that is not taken does no harm. Returns whether the logic may go on.
 */
static bool
call_import(WASMExecEnv *env, void *function, const WASMFuncType *type, const uint32 *cells, uint32 *result)
{
    uint64_t v[PARAMETERS_MAX] = { 0 };

    for (uint32 i = 0; i < type->param_count; i++) {
        if (type->types[i] == VALUE_TYPE_I64) {
            memcpy(&v[i], cells, sizeof(v[i]));
            cells += 2;
        }
        else {
            v[i] = (uint64_t)(int64_t)(int32_t)*cells++;
        }
    }
    record_call(env, function, type, v);
    v[0] = ((import *)function)(env, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
    record_result(v[0]);
    memcpy(result, v, sizeof(v[0]));
    return !wasm_runtime_get_exception(env->module_inst);
}

/* Where a block, an if or an else ends of which `ip` is the first instruction. */
static uint8_t *
end_of(const uint8_t *ip)
{
    const size_t start = (size_t)(ip - ((WASMModule *)packed->module)->load_addr);
    const uint32_t *first = packed->first_blocks + start / BLOCKS_CHUNK;
    uint32_t low = first[0], high = first[1];

    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (packed->blocks[middle].start < start % BLOCKS_CHUNK)
            low = middle + 1;
        else
            high = middle;
    }
    do
        ip += packed->blocks[low].length;
    while (packed->blocks[low++].length == UINT16_MAX);
    return (uint8_t *)ip;
}

/* In the place of WAMR's, which reads the code up to there. */
static bool
find_end(BlockAddr cache[][BLOCK_ADDR_CONFLICT_SIZE], uint8_t *start, uint8_t **otherwise, uint8_t **end)
{
    BlockAddr *item = cache[(uintptr_t)start & (BLOCK_ADDR_CACHE_SIZE - 1)];

    item[1] = item[0];
    item[0] = (BlockAddr){ .start_addr = start, .end_addr = end_of(start) };
    if (*item->end_addr == WASM_OP_ELSE) {
        item->else_addr = item->end_addr;
        item->end_addr = end_of(item->else_addr + 1);
    }
    *otherwise = item->else_addr;
    *end = item->end_addr;
    return true;
}

#define wasm_loader_find_block_addr(env, cache, start, code_end, type, otherwise, end) \
    find_end((env)->block_addr_cache, start, otherwise, end)
#define wasm_runtime_invoke_native(env, function, type, signature, attachment, cells, count, result) \
    call_import(env, function, type, cells, result)
#define wasm_runtime_invoke_native_raw(...) false
#define wasm_runtime_invoke_c_api_native(...) false

/* The instructions quiet a signalling NaN; musl's functions return it as it is. */
#define QUIET(type, function) \
    static type quiet_##function(type value) \
    { \
        return isnan(value) ? value + value : function(value); \
    }

QUIET(float32, ceilf)
QUIET(float32, floorf)
QUIET(float32, truncf)
QUIET(float32, rintf)
QUIET(float64, ceil)
QUIET(float64, floor)
QUIET(float64, trunc)
QUIET(float64, rint)

#define ceilf quiet_ceilf
#define floorf quiet_floorf
#define truncf quiet_truncf
#define rintf quiet_rintf
#define ceil quiet_ceil
#define floor quiet_floor
#define trunc quiet_trunc
#define rint quiet_rint

/* WAMR's takes all addresses for those of operands, which are aligned to 4 bytes; that of i64.store need not be. */
#if !WASM_CPU_SUPPORTS_UNALIGNED_ADDR_ACCESS
static __attribute__((noinline)) void
put_i64(void *address, int64_t value)
{
    memcpy(address, &value, sizeof(value));
}

#define PUT_I64_TO_ADDR put_i64
#endif

/* Frames begin with pointers, too: see packer/module.c. */
#define wasm_exec_env_alloc_wasm_frame(env, size) wasm_exec_env_alloc_wasm_frame(env, align_uint(size, sizeof(void *)))

#include "wasm_interp_classic.c"
