/*
 * Lays out what the loader has made of a module as the host will have it in memory: its structures, its addresses. What
 * they are there is layout.h's, told by the host itself, so that it is no matter for what machine this is compiled.
 */
#include "write.h"

#include <string.h>

#include "../layout.h"
#include "blocks.h"
#include "image.h"
#include "refuse.h"
#include "wasm_interp.h"
#include "wasm_runtime.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they are");

#define OWN_MAX 512        /* bytes, of a structure */
#define STRUCTURE_MAX 4096 /* bytes, of one in a host */

enum kind { STRUCTURE, NUMBER, ADDRESS, INNER, LEFT, REST };

static const struct {
    enum kind kind;
    struct place place;
    const char *name;
} own[] = {
#define OWN_STRUCT(name, type) { STRUCTURE, { 0, sizeof(type) }, #type },
#define OWN_ROW(name, type, member, kind) \
    { kind, { offsetof(type, member), sizeof(((type *)NULL)->member) }, #type "." #member },
    LAYOUT(OWN_STRUCT, OWN_ROW)
};

struct out {
    struct blob *blob;
    const WASMModule *module;
    const struct place *places; /* in the host */
    size_t *types;              /* where each is */
    uint64_t load_addr;         /* where the module's bytes would begin, of which the code is a part */
    size_t shared;              /* where small arrays begin that may be shared */
    size_t names;               /* where the functions' names begin */
};

/* Whether a member is as large as what is written there. */
static bool
has_size(const struct place *places, unsigned row)
{
    switch (own[row].kind) {
    case NUMBER:
        return places[row].size == own[row].place.size;
    case ADDRESS:
        return places[row].size == sizeof(uint64_t);
    case INNER:
        return places[row].size == places[AT_expression].size;
    default:
        return true;
    }
}

/* What a host says of its structures: so much that nothing is written outside of them. */
static void
check_places(const struct place *places)
{
    uint32_t size = 0; /* of the structure */

    for (unsigned row = 0; row < PLACES; row++) {
        if (own[row].kind == STRUCTURE)
            size = places[row].size;
        if (size > STRUCTURE_MAX || places[row].offset > size
            || (own[row].kind != REST && places[row].size > size - places[row].offset) || !has_size(places, row))
            refuse_host("its structures are not this engine's");
    }
}

static uint8_t *
bytes_at(const struct out *out, size_t at)
{
    return out->blob->bytes + at;
}

static void
put_address(const struct out *out, size_t at, uint64_t address)
{
    memcpy(bytes_at(out, at), &address, sizeof(address));
}

static void
set_address(const struct out *out, size_t at, enum at member, uint64_t address)
{
    put_address(out, at + out->places[member].offset, address);
}

/* Tells the address of what lies at `to` in the blob. */
static void
point(const struct out *out, size_t at, enum at member, size_t to)
{
    set_address(out, at, member, out->blob->address + to);
}

/* Copies the numbers of a structure. */
static void
copy(const struct out *out, size_t at, enum at structure, const void *structure_of_own)
{
    const uint8_t *from = structure_of_own;
    bool known[OWN_MAX] = { false };

    for (unsigned row = structure + 1; row < PLACES && own[row].kind != STRUCTURE; row++) {
        const struct place *place = &own[row].place;
        memset(known + place->offset, true,
               own[row].kind == REST ? own[structure].place.size - place->offset : place->size);
        if (own[row].kind != NUMBER)
            continue;
        memcpy(bytes_at(out, at + out->places[row].offset), from + place->offset, place->size);
    }
    for (size_t i = 0; i < own[structure].place.size; i++)
        if (!known[i] && from[i])
            refuse("%s has a member at byte %zu that the packer does not know", own[structure].name, i);
}

static size_t
reserve(const struct out *out, enum at structure, size_t count)
{
    return blob_reserve(out->blob, count * out->places[structure].size, 8);
}

/* Reserves as many addresses. */
static size_t
reserve_list(const struct out *out, size_t count)
{
    return blob_reserve(out->blob, count * sizeof(uint64_t), 8);
}

static void
set_list(const struct out *out, size_t list, size_t index, size_t to)
{
    put_address(out, list + index * sizeof(uint64_t), out->blob->address + to);
}

/* The end of a function's name is as good as another string: that of an import often is one. */
static size_t
write_string(const struct out *out, const char *string)
{
    return blob_share(out->blob, out->names, string, strlen(string) + 1, 1);
}

static size_t
share(const struct out *out, const void *bytes, size_t size)
{
    return blob_share(out->blob, out->shared, bytes, size, sizeof(uint16_t));
}

static bool
is_same_type(const WASMFuncType *a, const WASMFuncType *b)
{
    return a->param_count == b->param_count && a->result_count == b->result_count
           && !memcmp(a->types, b->types, (size_t)a->param_count + a->result_count);
}

static uint32_t
index_of_type(const WASMModule *module, const WASMFuncType *type)
{
    uint32_t i = 0;

    while (i < module->type_count && !is_same_type(module->types[i], type))
        i++;
    return i;
}

/* The engine compares types by their addresses: those that are the same are one, as its loader would have it. */
static void
write_types(struct out *out)
{
    const WASMModule *module = out->module;

    for (uint32_t i = 0; i < module->type_count; i++) {
        const WASMFuncType *type = module->types[i];
        const uint32_t first = index_of_type(module, type);
        if (first < i) {
            out->types[i] = out->types[first];
            continue;
        }
        const size_t values = (size_t)type->param_count + type->result_count;
        const size_t values_at = out->places[AT_type_types].offset;
        out->types[i] = blob_reserve(out->blob, values_at + values, 2);
        copy(out, out->types[i], AT_type, type);
        memcpy(bytes_at(out, out->types[i] + values_at), type->types, values);
    }
}

static size_t
find_type(const struct out *out, const WASMFuncType *type)
{
    const uint32_t index = index_of_type(out->module, type);

    if (index == out->module->type_count)
        refuse("a function's type is not of the module");
    return out->types[index];
}

static size_t
write_type_list(const struct out *out)
{
    const size_t list = reserve_list(out, out->module->type_count);

    for (uint32_t i = 0; i < out->module->type_count; i++)
        set_list(out, list, i, out->types[i]);
    return list;
}

static size_t
write_imports(const struct out *out)
{
    const size_t size = out->places[AT_import].size;
    const size_t imports = reserve(out, AT_import, out->module->import_count);

    for (uint32_t i = 0; i < out->module->import_count; i++) {
        const WASMFunctionImport *function = &out->module->imports[i].u.function;
        const struct import *linked = function->func_ptr_linked;
        const size_t at = imports + i * size;
        copy(out, at, AT_import, &out->module->imports[i]);
        point(out, at, AT_import_module_name, write_string(out, function->module_name));
        point(out, at, AT_import_field_name, write_string(out, function->field_name));
        point(out, at, AT_import_func_type, find_type(out, function->func_type));
        set_address(out, at, AT_import_func_ptr_linked, linked->address);
    }
    return imports;
}

/* The code of all functions lies together in the module. */
static void
write_code(struct out *out)
{
    const WASMModule *module = out->module;
    const uint8_t *start = module->load_addr, *end = start;

    for (uint32_t i = 0; i < module->function_count; i++) {
        const WASMFunction *function = module->functions[i];
        if (i == 0)
            start = function->code;
        end = function->code + function->code_size;
    }
    const size_t at = blob_add(out->blob, start, (size_t)(end - start), 1);
    out->load_addr = out->blob->address + at - (uint64_t)(start - module->load_addr);
}

static void
write_function(const struct out *out, size_t at, const WASMFunction *function)
{
    const uint32_t locals = function->func_type->param_count + function->local_count;

    copy(out, at, AT_function, function);
    point(out, at, AT_function_func_type, find_type(out, function->func_type));
    point(out, at, AT_function_local_types, share(out, function->local_types, function->local_count));
    point(out, at, AT_function_local_offsets,
          share(out, function->local_offsets, locals * sizeof(*function->local_offsets)));
    set_address(out, at, AT_function_code, out->load_addr + (uint64_t)(function->code - out->module->load_addr));
}

static size_t
write_functions(struct out *out)
{
    const WASMModule *module = out->module;
    const size_t size = out->places[AT_function].size;
    const size_t list = reserve_list(out, module->function_count);
    const size_t functions = reserve(out, AT_function, module->function_count);

    out->shared = out->blob->size;
    for (uint32_t i = 0; i < module->function_count; i++) {
        set_list(out, list, i, functions + i * size);
        write_function(out, functions + i * size, module->functions[i]);
    }
    out->names = out->blob->size;
    for (uint32_t i = 0; i < module->function_count; i++) {
        const char *name = module->functions[i]->field_name;
        if (name)
            point(out, functions + i * size, AT_function_field_name, blob_add(out->blob, name, strlen(name) + 1, 1));
    }
    return list;
}

static void
write_expression(const struct out *out, size_t at, const InitializerExpression *expression)
{
    if (is_expr_binary_op(expression->init_expr_type))
        refuse("an initial value is computed");
    copy(out, at, AT_expression, expression);
}

/* Writes structures that are nothing but numbers. */
static size_t
write_array(const struct out *out, enum at structure, const void *first, uint32_t count)
{
    const size_t array = reserve(out, structure, count);

    for (uint32_t i = 0; i < count; i++)
        copy(out, array + i * out->places[structure].size, structure,
             (const uint8_t *)first + i * (size_t)own[structure].place.size);
    return array;
}

static size_t
write_globals(const struct out *out)
{
    const size_t globals = reserve(out, AT_global, out->module->global_count);

    for (uint32_t i = 0; i < out->module->global_count; i++) {
        const size_t at = globals + i * out->places[AT_global].size;
        copy(out, at, AT_global, &out->module->globals[i]);
        write_expression(out, at + out->places[AT_global_init_expr].offset, &out->module->globals[i].init_expr);
    }
    return globals;
}

static size_t
write_exports(const struct out *out)
{
    const size_t exports = reserve(out, AT_export, out->module->export_count);

    for (uint32_t i = 0; i < out->module->export_count; i++) {
        const size_t at = exports + i * out->places[AT_export].size;
        copy(out, at, AT_export, &out->module->exports[i]);
        point(out, at, AT_export_name, write_string(out, out->module->exports[i].name));
    }
    return exports;
}

/* The engine's start takes a null for function 0; as a function's number it is the null that all else knows. */
static void
write_element(const struct out *out, size_t at, const InitializerExpression *value)
{
    InitializerExpression number = *value;

    if (number.init_expr_type == INIT_EXPR_TYPE_REFNULL_CONST)
        number.init_expr_type = INIT_EXPR_TYPE_FUNCREF_CONST;
    write_expression(out, at, &number);
}

static size_t
write_elements(const struct out *out)
{
    const size_t size = out->places[AT_expression].size;
    const size_t segments = reserve(out, AT_elements, out->module->table_seg_count);

    for (uint32_t i = 0; i < out->module->table_seg_count; i++) {
        const WASMTableSeg *segment = &out->module->table_segments[i];
        const size_t at = segments + i * out->places[AT_elements].size;
        const size_t values = reserve(out, AT_expression, segment->value_count);
        copy(out, at, AT_elements, segment);
        write_expression(out, at + out->places[AT_elements_base_offset].offset, &segment->base_offset);
        for (uint32_t j = 0; j < segment->value_count; j++)
            write_element(out, values + j * size, &segment->init_values[j]);
        point(out, at, AT_elements_init_values, values);
    }
    return segments;
}

/* An active segment is in the image, and what memory.init would find of it is nothing, as after the engine's start. */
static size_t
write_data(const struct out *out)
{
    const WASMModule *module = out->module;
    const size_t list = reserve_list(out, module->data_seg_count);
    const size_t segments = reserve(out, AT_data, module->data_seg_count);

    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        WASMDataSeg segment = *module->data_segments[i];
        const size_t at = segments + i * out->places[AT_data].size;
        if (!segment.is_passive)
            segment.data_length = 0;
        copy(out, at, AT_data, &segment);
        write_expression(out, at + out->places[AT_data_base_offset].offset, &segment.base_offset);
        point(out, at, AT_data_data, blob_add(out->blob, segment.data, segment.data_length, 1));
        set_list(out, list, i, at);
    }
    return list;
}

static size_t
write_module(struct out *out)
{
    WASMModule module = *out->module;
    const size_t at = reserve(out, AT_module, 1);

    if (!module.data_seg_count1) /* no section DataCount, without which no opcode names a segment */
        module.data_seg_count = 0;
    copy(out, at, AT_module, &module);
    write_types(out);
    write_code(out);
    point(out, at, AT_module_functions, write_functions(out));
    const size_t imports = write_imports(out);
    point(out, at, AT_module_imports, imports);
    point(out, at, AT_module_import_functions, imports);
    point(out, at, AT_module_types, write_type_list(out));
    point(out, at, AT_module_tables, write_array(out, AT_table, module.tables, module.table_count));
    point(out, at, AT_module_memories, write_array(out, AT_memory, module.memories, module.memory_count));
    point(out, at, AT_module_globals, write_globals(out));
    point(out, at, AT_module_exports, write_exports(out));
    point(out, at, AT_module_table_segments, write_elements(out));
    if (module.data_seg_count)
        point(out, at, AT_module_data_segments, write_data(out));
    set_address(out, at, AT_module_load_addr, out->load_addr);
    point(out, at, AT_module_name, write_string(out, ""));
    return at;
}

static bool
needs_root(const WASMModule *module)
{
    for (uint32_t i = 0; i < module->import_count; i++) {
        const char *name = module->imports[i].u.names.field_name;
        if (!strncmp(name, "path_", 5) || !strncmp(name, "fd_prestat_", 11))
            return true;
    }
    return false;
}

void
write_packed(struct blob *blob, const WASMModule *module, const struct host *host, uint32_t stack_size)
{
    const struct packed numbers = { .stack_size = stack_size, .needs_root = needs_root(module) };
    struct out out = { .blob = blob, .module = module, .places = host->places };
    size_t first_blocks;

    check_places(host->places);
    out.types = wasm_runtime_malloc((module->type_count + 1) * (uint32_t)sizeof(*out.types));
    if (!out.types)
        refuse("out of memory");
    const size_t at = reserve(&out, AT_packed, 1);
    copy(&out, at, AT_packed, &numbers);
    point(&out, at, AT_packed_module, write_module(&out));
    point(&out, at, AT_packed_blocks, write_blocks(blob, module, &first_blocks));
    point(&out, at, AT_packed_first_blocks, first_blocks);
    point(&out, at, AT_packed_image, write_image(blob, module));
    wasm_runtime_free(out.types);
}
