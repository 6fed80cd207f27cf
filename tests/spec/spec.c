/*
 * The host of the specification's tests, in the place of init.c: makes one instance of the module, and does what standard
 * input says, a line each:
 *
 *     call NAME BITS...    calls an export
 *     get NAME             reads an exported global
 *     memory NAME          tells of the memory, by whatever name: its bytes, and a checksum
 *
 * NAME is in hexadecimal, as are the bits of each value. The answer is a line, too: `value BITS...`, `trap REASON`, or
 * `none` for what is not exported. After a trap the same instance goes on.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "engine/packed.h"
#include "say.h"
#include "vm.h"
#include "wasm_runtime.h"

#define VALUES_MAX 64 /* that a function takes or returns */

static WASMModuleInstance *instance;
static WASMExecEnv *env;

/* Decodes hexadecimal digits in place. Returns where they ended. */
static char *
decode_name(char *digits)
{
    char *byte = digits;
    unsigned value;

    for (; isxdigit((unsigned char)*digits); digits += 2) {
        (void)!sscanf(digits, "%2x", &value);
        *byte++ = (char)value;
    }
    if (digits == byte)
        digits++; /* an empty name: its end takes the place of the space */
    *byte = '\0';
    return digits;
}

static bool
is_wide(uint8_t type)
{
    return type == VALUE_TYPE_I64 || type == VALUE_TYPE_F64;
}

/* Values are in cells of 32 bits, of which i64 and f64 have two. */
static unsigned
read_values(const uint8_t *types, unsigned count, char *text, uint32_t *cells)
{
    unsigned used = 0;

    for (unsigned i = 0; i < count; i++) {
        const uint64_t bits = strtoull(text, &text, 16);
        memcpy(cells + used, &bits, sizeof(bits));
        used += 1 + is_wide(types[i]);
    }
    return used;
}

static void
print_values(const uint8_t *types, unsigned count, const uint32_t *cells)
{
    say("value");
    for (unsigned i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, cells, is_wide(types[i]) ? 8 : 4);
        say(" %lx", (unsigned long)bits);
        cells += 1 + is_wide(types[i]);
    }
    say("\n");
}

static void
print_trap(const char *reason)
{
    say("trap %s\n", reason);
}

static void
call(const char *name, char *arguments)
{
    WASMFunctionInstance *function = wasm_lookup_function(instance, name);
    uint32_t cells[2 * VALUES_MAX + 1];

    if (!function) {
        say("none\n");
        return;
    }
    const WASMFuncType *type = wasm_runtime_get_function_type(function, Wasm_Module_Bytecode);
    if (type->param_count > VALUES_MAX || type->result_count > VALUES_MAX)
        abort();
    const unsigned count = read_values(type->types, type->param_count, arguments, cells);
    if (wasm_call_function(env, function, count, cells)) {
        print_values(type->types + type->param_count, type->result_count, cells);
        return;
    }
    print_trap(wasm_get_exception(instance));
    wasm_set_exception(instance, NULL);
}

static void
get(const char *name)
{
    wasm_global_inst_t global;
    uint64_t bits = 0;

    if (!wasm_runtime_get_export_global_inst((WASMModuleInstanceCommon *)instance, name, &global)) {
        say("none\n");
        return;
    }
    memcpy(&bits, global.global_data, global.kind == WASM_I64 || global.kind == WASM_F64 ? 8 : 4);
    say("value %lx\n", (unsigned long)bits);
}

static void
tell_of_memory(void)
{
    wasm_memory_inst_t memory = wasm_runtime_get_default_memory((WASMModuleInstanceCommon *)instance);

    if (!memory) {
        say("none\n");
        return;
    }
    const uint64_t size = wasm_memory_get_cur_page_count(memory) * wasm_memory_get_bytes_per_page(memory);
    say("value %lx %x\n", (unsigned long)size, checksum(wasm_memory_get_base_address(memory), size));
}

static void
answer(char *line)
{
    char *name = strchr(line, ' ') + 1;
    char *arguments = decode_name(name);

    if (!strncmp(line, "call ", 5))
        call(name, arguments);
    else if (!strncmp(line, "memory ", 7))
        tell_of_memory();
    else
        get(name);
}

static const char *
instantiate(void)
{
    const InstantiationArgs args = { .default_stack_size = packed->stack_size, .max_memory_pages = MEMORY_MAX };
    static char refusal[128];

    instance = (WASMModuleInstance *)wasm_runtime_instantiate_ex(packed->module, &args, refusal, sizeof(refusal));
    if (!instance)
        return refusal;
    env = wasm_runtime_create_exec_env((WASMModuleInstanceCommon *)instance, packed->stack_size);
    return env ? NULL : "no memory for its stack";
}

int
main(void)
{
    static char line[64 * 1024];

    (void)!setvbuf(stdout, NULL, _IOLBF, 0);
    if (!vm_load())
        return 1;
    const char *reason = instantiate();
    if (reason) {
        print_trap(reason);
        return 0;
    }
    say("ready\n");
    while (fgets(line, sizeof(line), stdin))
        answer(line);
    return 0;
}
