/* What the engine would find only when it makes an instance, at boot. */
#include "check.h"

#include <string.h>

#include "../platform/arena.h"
#include "refuse.h"
#include "wasm_opcode.h"

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

    if (!*name)
        return;
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
    return (uint32_t)-1;
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

/* A start function that is exported is to be called by whoever has the module, once, before all else: that are we. */
static void
find_start(WASMModule *module)
{
    static const char *const names[] = { "_initialize", "_start", "__wasm_call_ctors" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names) && module->start_function == (uint32_t)-1; i++) {
        const WASMExport *start = find_export(module, names[i]);
        if (start && takes_and_returns_nothing(module, start->index))
            module->start_function = start->index;
    }
    if (module->start_function == (uint32_t)-1)
        module->start_function = find_named(module, "~start");
    if (module->start_function == (uint32_t)-1 && !has_names(module))
        refuse_unnamed_start(module);
    if (module->start_function != (uint32_t)-1 && module->start_function < module->import_function_count)
        refuse("its start function is an import");
}

static void
check_constant(const InitializerExpression *value, uint8_t type, const char *what)
{
    if (value->init_expr_type != type)
        refuse("%s is not a constant", what);
}

static void
check_elements(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->table_seg_count; i++) {
        const WASMTableSeg *segment = &module->table_segments[i];
        if (segment->mode % 2) /* passive, or declared */
            continue;
        check_constant(&segment->base_offset, INIT_EXPR_TYPE_I32_CONST, "where an element segment goes");
        const uint64_t start = (uint32_t)segment->base_offset.u.unary.v.i32;
        if (start + segment->value_count > module->tables[segment->table_index].table_type.init_size)
            refuse("an element segment is out of bounds");
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
        const WASMMemory *memory = &module->memories[i]; /* of one large page, if it never grows */
        const uint64_t pages = (uint64_t)memory->init_page_count * memory->num_bytes_per_page / WASM_PAGE;
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
    check_entry(module, entry);
    find_start(module);
    check_tables(module);
    check_elements(module);
    check_memories(module);
}
