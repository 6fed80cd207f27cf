/*
 * Fuzzes the imports: an input is a list of calls from a module, with what it puts into its memory before them, and
 * what the kernel answers (see kernel.c). The calls go through the engine, from exports of the module that calls.ts
 * writes. FUZZ_TRACE=1 prints the calls of an input.
 */
#include <stdio.h>
#include <stdlib.h>

#include "imports/environment.h"
#include "kernel.h"
#include "packing.h"
#include "vm.c"

#define FUNCTIONS_MAX 128
#define OBJECTS_MAX 128
#define PARAMS_MAX 16
#define PAGE 65536 /* bytes */

struct function {
    const char *name;
    wasm_func_type_t type;
    wasm_function_inst_t instance;
};

static struct function functions[FUNCTIONS_MAX];
static unsigned functions_count;

/* What is in memory at first: objects that the imports take, good and bad. */
static uint8_t preset[PAGE];
static uint32_t objects[OBJECTS_MAX];
static unsigned objects_count;
static uint32_t preset_used = 16;

extern const uint8_t calls[], calls_end[]; /* the module of module.S */

static wasm_exec_env_t env;
static struct input input;

/* --- memory -------------------------------------------------------------------------------------------------------- */

static void
put_bytes(const void *bytes, uint32_t size)
{
    if (preset_used + size > PAGE)
        abort();
    memcpy(preset + preset_used, bytes, size);
    preset_used += size;
}

static void
put_u32(uint32_t value)
{
    put_bytes(&value, sizeof(value));
}

static void
begin_object(uint32_t head)
{
    if (objects_count == OBJECTS_MAX)
        abort();
    preset_used = (preset_used + 7) / 8 * 8;
    objects[objects_count++] = preset_used + head;
}

/* A string of AssemblyScript that says of itself to have `size` bytes. */
static void
put_string(const uint16_t *units, uint32_t size, uint32_t claimed)
{
    begin_object(sizeof(claimed));
    put_u32(claimed);
    put_bytes(units, size);
}

static void
put_text(const char *text)
{
    uint16_t units[64];
    uint32_t count = 0;

    for (; text[count]; count++)
        units[count] = (uint8_t)text[count];
    put_string(units, 2 * count, 2 * count);
}

static void
put_long_text(uint16_t unit, uint32_t count)
{
    begin_object(sizeof(count));
    put_u32(2 * count);
    while (count--)
        put_bytes(&unit, sizeof(unit));
}

static void
put_strings(void)
{
    static const char *texts[] = { "",     "/", "/etc/boot", "none", "A",  "A=", "=A",
                                   "PATH", "%", "%s",        "%d",   "%m", "%%", "%s%d%m" };
    static const uint16_t surrogates[] = { 0xd83d, 0xde00, 0xd83d, 'x', 0xde00, 0x20ac, 0xe9, 0xffff, 0xd800 };
    static const uint16_t with_zero[] = { '/', 0, 'x' };

    for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        put_text(texts[i]);
    put_string(surrogates, sizeof(surrogates), sizeof(surrogates));
    put_string(surrogates, sizeof(surrogates), sizeof(surrogates) - 1);
    put_string(with_zero, sizeof(with_zero), sizeof(with_zero));
    put_string(with_zero, sizeof(with_zero), UINT32_MAX);
    put_string(with_zero, sizeof(with_zero), INT32_MAX);
    put_string(with_zero, sizeof(with_zero), PAGE);
    put_long_text('p', 975);
    put_long_text('m', 4095);
    put_long_text('m', 4096);
    put_long_text(0x20ac, 4095);
}

static void
put_paths(void)
{
    char path[4096];

    memset(path, 'p', sizeof(path));
    begin_object(0);
    put_bytes("etc/boot", 8);
    begin_object(0);
    put_bytes("/////etc", 8);
    begin_object(0);
    put_bytes(path, sizeof(path));
}

static void
put_pieces(void)
{
    static const uint32_t pieces[][2] = {
        { 64, 64 }, { 96, 64 },  { 0, 0 },        { 0, PAGE },       { PAGE - 1, 1 },   { PAGE, 0 },
        { 64, 1 },  { 64, 1 },   { 64, 1 },       { 64, 1 },         { 64, 1 },         { 64, 1 },
        { 64, 1 },  { 64, 1 },   { 64, 1 },       { 64, 1 },         { 64, 1 },         { 64, 1 },
        { 64, 1 },  { PAGE, 1 }, { PAGE - 1, 2 }, { UINT32_MAX, 1 }, { 1, UINT32_MAX }, { PAGE, PAGE },
    };

    for (unsigned i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        begin_object(0);
        put_bytes(pieces[i], sizeof(pieces[i]));
    }
}

/* Subscriptions to clocks, of 48 bytes: userdata, type, id, timeout, precision, flags. */
static void
put_subscriptions(void)
{
    for (unsigned i = 0; i < 4; i++) {
        begin_object(0);
        const uint64_t subscription[6] = { i, i == 3, i, i & 1 ? UINT64_MAX : 1000, 0, i & 1 };
        put_bytes(subscription, sizeof(subscription));
    }
}

/* Arrays of strings: the first `count` objects; the last is longer than the host takes. */
static void
put_arrays(void)
{
    static const uint32_t counts[] = { 0, 3, 24, 34 };

    for (unsigned i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        begin_object(sizeof(counts[i]));
        put_u32(counts[i] * (uint32_t)sizeof(uint32_t));
        for (uint32_t n = 0; n < counts[i]; n++)
            put_u32(objects[n]);
    }
}

/* --- the input ----------------------------------------------------------------------------------------------------- */

static bool
is_over(void)
{
    return input.start >= input.end;
}

static unsigned
byte(void)
{
    return is_over() ? 0 : *input.start++;
}

static uint64_t
number(unsigned size)
{
    uint64_t value = 0;

    while (size--)
        value = value << 8 | byte();
    return value;
}

static uint32_t
memory_size(void)
{
    wasm_memory_inst_t memory = wasm_runtime_get_default_memory(instance);

    return (uint32_t)(wasm_memory_get_cur_page_count(memory) * wasm_memory_get_bytes_per_page(memory));
}

/* A value that is likely to mean something: a small number, an address, a limit, or any. */
static uint64_t
value(unsigned size)
{
    static const uint64_t limits[] = {
        INT32_MAX,  INT32_MAX - 1, 0x80000000, UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 3, UINT32_MAX - 7,
        0x20000001, 0x05555556,    0x08000001, 0x10000,    0xffff,         4095,           4096,
        4097,       8192,          1ULL << 32, INT64_MAX,  1ULL << 63,     UINT64_MAX,     999,
        1000,       1000000000,    975,        0x4321fedc, 0x01234567,     0x89abcdef,     0,
        0xcdef0123, 0x45584543,    1030,       1024,
    };
    unsigned kind = byte(), low = kind & 31;

    switch (kind >> 5) {
    case 0:
        return low;
    case 1:
        return low < 31 ? UINT64_MAX - low : 32 + byte();
    case 2:
    case 3:
        return objects[(kind & 63) % objects_count];
    case 4:
        return memory_size() - low;
    case 5:
        return limits[low];
    case 6:
        return number(2);
    default:
        return number(size);
    }
}

static uint32_t
value32(void)
{
    return (uint32_t)value(4);
}

/* --- what is done with it ------------------------------------------------------------------------------------------ */

static void
call(const struct function *function)
{
    uint32_t count = wasm_func_type_get_param_count(function->type), cells = 0;
    uint32_t argv[2 * PARAMS_MAX] = { 0 };

    if (kernel_trace)
        fprintf(stderr, "%s(", function->name);
    for (uint32_t i = 0; i < count; i++) {
        bool is_wide = wasm_func_type_get_param_valkind(function->type, i) == WASM_I64;
        uint64_t argument = value(is_wide ? 8 : 4);
        argv[cells++] = (uint32_t)argument;
        if (is_wide)
            argv[cells++] = (uint32_t)(argument >> 32);
        if (kernel_trace)
            fprintf(stderr, "%s%llu", i ? ", " : "", (unsigned long long)(is_wide ? argument : (uint32_t)argument));
    }
    if (kernel_trace)
        fprintf(stderr, ")\n");
    bool returned = wasm_runtime_call_wasm(env, function->instance, cells, argv);
    if (kernel_trace)
        fprintf(stderr, "  = %d %d %s\n", (int)argv[0], (int)argv[1],
                returned ? "" : wasm_runtime_get_exception(instance));
    wasm_runtime_clear_exception(instance);
}

static void
poke(uint32_t address, const void *bytes, uint32_t size)
{
    void *to = vm_memory(env, address, size);

    if (kernel_trace)
        fprintf(stderr, "poke %u bytes at %u%s\n", size, address, to ? "" : ": outside");
    if (to)
        memcpy(to, bytes, size);
}

static void
poke_bytes(uint32_t address)
{
    uint8_t bytes[64];
    uint32_t size = byte() % sizeof(bytes);

    for (uint32_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)byte();
    poke(address, bytes, size);
}

static void
poke_value(uint32_t address)
{
    const uint32_t bytes = value32();

    poke(address, &bytes, sizeof(bytes));
}

/* A string, or any memory, that ends where memory does. */
static void
poke_last_string(uint32_t units)
{
    if (units > memory_size() / 2 - 8)
        return;
    const uint32_t size = 2 * units;
    poke(memory_size() - size - 4, &size, sizeof(size));
    memset(vm_memory(env, memory_size() - size, size), 'e', size);
}

static void
step(void)
{
    unsigned what = byte();

    if (what < functions_count) {
        call(functions + what);
        return;
    }
    switch (what % 4) {
    case 0:
        poke_bytes(value32());
        break;
    case 1:
        poke_value(value32());
        break;
    case 2:
        poke_last_string(value32());
        break;
    default:
        call(functions + what / 4 % functions_count);
    }
}

static void
find_functions(void)
{
    int32_t count = wasm_runtime_get_export_count(packed->module);

    for (int32_t i = 0; i < count; i++) {
        wasm_export_t export = { 0 };
        wasm_runtime_get_export_type(packed->module, i, &export);
        if (export.kind != WASM_IMPORT_EXPORT_KIND_FUNC)
            continue;
        if (functions_count == FUNCTIONS_MAX)
            abort();
        functions[functions_count++] = (struct function){ .name = export.name, .type = export.u.func_type };
    }
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char path[] = "/init", word[] = "quiet", *given[] = { path, word, path + 5, NULL };

    (void)argc, (void)argv;
    kernel_boot(&input);
    kernel_trace = getenv("FUZZ_TRACE");
    arguments_take(3, given);
    packing_start();
    if (packing_pack(calls, (size_t)(calls_end - calls)) || !vm_load())
        abort();
    find_functions();
    put_strings();
    put_paths();
    put_pieces();
    put_subscriptions();
    put_arrays();
    return 0;
}

static void
start_instance(void)
{
    const InstantiationArgs args = { .default_stack_size = STACK_SIZE, .max_memory_pages = MEMORY_MAX };

    instance = wasm_runtime_instantiate_ex(packed->module, &args, refusal, sizeof(refusal));
    env = instance ? wasm_runtime_create_exec_env(instance, STACK_SIZE) : NULL;
    if (!env)
        abort();
    for (unsigned i = 0; i < functions_count; i++)
        functions[i].instance = wasm_runtime_lookup_function(instance, functions[i].name);
    memcpy(vm_memory(env, 0, sizeof(preset)), preset, sizeof(preset));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    void *mark = arena_mark();

    input = (struct input){ bytes, bytes }; /* no results yet: the start does what it is to do */
    kernel_boot(&input);
    wasi_open_root();
    start_instance();
    input.end = bytes + size;
    if (!setjmp(kernel_over))
        while (!is_over())
            step();
    wasm_runtime_deinstantiate(instance);
    arena_release(mark);
    return 0;
}
