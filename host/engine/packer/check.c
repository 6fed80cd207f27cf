/* What the engine would find only when it makes an instance, at boot. */
#include "check.h"

#include <string.h>

#include "../platform/arena.h"
#include "refuse.h"
#include "wasm_opcode.h"

#define NO_FUNCTION UINT32_MAX /* the engine's, where an index may be missing */

static const WASMFuncType *
type_of(const WASMModule *module, uint32_t function)
{
    if (function < module->import_function_count)
        return module->import_functions[function].u.function.func_type;
    return module->functions[function - module->import_function_count]->func_type;
}

static bool
takes_and_returns_nothing(const WASMModule *module, uint32_t function)
{
    const WASMFuncType *type = type_of(module, function);

    return !type->param_count && !type->result_count;
}

static const WASMExport *
find_export(const WASMModule *module, const char *name)
{
    for (uint32_t i = 0; i < module->export_count; i++) {
        const WASMExport *export = &module->exports[i];
        if (export->kind == EXPORT_KIND_FUNC && !strcmp(export->name, name))
            return export;
    }
    return NULL;
}

static void
check_entry(const WASMModule *module, const char *name)
{
    const WASMExport *entry = find_export(module, name);

    if (!entry || entry->index < module->import_function_count || !takes_and_returns_nothing(module, entry->index))
        refuse("it exports no function `%s` that takes and returns nothing", name);
}

/* asc gives this name to its start function, which --exportStart exports by any other. */
static uint32_t
find_named(const WASMModule *module, const char *name)
{
    for (uint32_t i = 0; i < module->function_count; i++)
        if (module->functions[i]->field_name && !strcmp(module->functions[i]->field_name, name))
            return module->import_function_count + i;
    return NO_FUNCTION;
}

static bool
has_names(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->function_count; i++)
        if (module->functions[i]->field_name)
            return true;
    return false;
}

/* Whether a function begins as asc's start function does if it is exported: `if (started) return; started = 1`. */
static bool
runs_once(const WASMFunction *function)
{
    static const uint8_t guard[] = { WASM_OP_IF, VALUE_TYPE_VOID,   WASM_OP_RETURN, WASM_OP_END, WASM_OP_I32_CONST,
                                     1,          WASM_OP_SET_GLOBAL };
    const uint8_t *index = function->code + 1, *end = function->code + function->code_size;
    size_t size = 0; /* of the global's index */

    if (*function->code != WASM_OP_GET_GLOBAL)
        return false;
    while (index + size < end && index[size++] & 0x80)
        continue;
    return (size_t)(end - index) >= 2 * size + sizeof(guard) && !memcmp(index + size, guard, sizeof(guard))
           && !memcmp(index + size + sizeof(guard), index, size);
}

/* Without names asc's can only be guessed: a policy's own function may begin so, too. */
static void
refuse_unnamed_start(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->export_count; i++) {
        const WASMExport *export = &module->exports[i];
        if (export->kind != EXPORT_KIND_FUNC || export->index < module->import_function_count
            || !takes_and_returns_nothing(module, export->index))
            continue;
        if (runs_once(module->functions[export->index - module->import_function_count]))
            refuse("it exports `%s`, which seems to be its start function: export that as `_initialize`", export->name);
    }
}

static uint32_t
find_exported_start(const WASMModule *module)
{
    static const char *const names[] = { "_initialize", "_start", "__wasm_call_ctors" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const WASMExport *start = find_export(module, names[i]);
        if (start && takes_and_returns_nothing(module, start->index))
            return start->index;
    }
    return NO_FUNCTION;
}

/* A start function that is exported is to be called by whoever has the module, once, before all else: that are we. */
static void
find_start(WASMModule *module)
{
    uint32_t *start = &module->start_function;

    if (*start == NO_FUNCTION)
        *start = find_exported_start(module);
    if (*start == NO_FUNCTION)
        *start = find_named(module, "~start");
    if (*start == NO_FUNCTION && !has_names(module))
        refuse_unnamed_start(module);
    if (*start < module->import_function_count)
        refuse("its start function is an import");
}

/* Where a segment ends, in what has room for so much. */
static void
check_segment(const char *kind, const InitializerExpression *start, uint32_t length, uint64_t room)
{
    if (start->init_expr_type != INIT_EXPR_TYPE_I32_CONST)
        refuse("where %s segment goes is not a constant", kind);
    if ((uint64_t)(uint32_t)start->u.unary.v.i32 + length > room)
        refuse("%s segment is out of bounds", kind);
}

static void
check_elements(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->table_seg_count; i++) {
        const WASMTableSeg *segment = &module->table_segments[i];
        if (segment->mode % 2 == 0) /* neither passive nor declared */
            check_segment("an element", &segment->base_offset, segment->value_count,
                          module->tables[segment->table_index].table_type.init_size);
    }
}

static uint64_t
size_of_memory(const WASMMemory *memory)
{
    return (uint64_t)memory->init_page_count * memory->num_bytes_per_page; /* one large page, if it never grows */
}

static void
check_data(const WASMModule *module)
{
    const uint64_t room = module->memory_count ? size_of_memory(module->memories) : 0;

    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        const WASMDataSeg *segment = module->data_segments[i];
        if (!segment->is_passive)
            check_segment("a data", &segment->base_offset, segment->data_length, room);
    }
}

/* The loader finds this out, and goes on. */
static void
check_tables(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->table_count; i++)
        if (module->tables[i].table_type.flags > MAX_TABLE_SIZE_FLAG)
            refuse("it has a shared table");
}

static void
check_memories(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->memory_count; i++) {
        const uint64_t pages = size_of_memory(&module->memories[i]) / WASM_PAGE;
        if (pages > MEMORY_MAX)
            refuse("its memory has %u pages, %u are the most", (unsigned)pages, MEMORY_MAX);
    }
}

/* As wasm_instantiate takes it, in the host, of which each piece is aligned, and has its size in front. */
void
check_size(const WASMModule *module, const struct host *host, uint32_t stack_size)
{
    const struct place *places = host->places;
    uint64_t size = ARENA_SLACK + stack_size + places[AT_instance].size + module->global_data_size;

    size += (uint64_t)places[AT_function_instance].size * (module->import_function_count + module->function_count);
    size += (uint64_t)places[AT_global_instance].size * module->global_count;
    size += (uint64_t)places[AT_export_instance].size * module->export_count;
    size += sizeof(uint64_t) * (uint64_t)module->import_function_count;
    for (uint32_t i = 0; i < module->table_count; i++) {
        const WASMTableType *type = &module->tables[i].table_type;
        size += places[AT_table_instance].size
                + sizeof(uint64_t) * (uint64_t)(type->possible_grow ? type->max_size : type->init_size);
    }
    if (size > ARENA_SIZE)
        refuse("its stack, tables and functions take %llu bytes, %u are the most", (unsigned long long)size,
               ARENA_SIZE);
}

void
check(WASMModule *module, const char *entry)
{
    if (*entry)
        check_entry(module, entry);
    find_start(module);
    check_tables(module);
    check_elements(module);
    check_memories(module);
    check_data(module);
}
