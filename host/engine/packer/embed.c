/*
 * Writes the logic as constant data in C, to be linked into /init: what the engine's verifying loader makes of the
 * module, so that /init needs no loader, and does nothing at boot that can be done when it is built.
 * usage: embed MODULE MODULE.C OPCODES.H
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader.h"
#include "engine/memory_image.h"
#include "opcodes.h"
#include "wasm.h"
#include "wasm_opcode.h"

#define FILE_MAX (16 * 1024 * 1024) /* bytes */
#define MEMORY_MAX (1024 * 65536) /* bytes */

static const WASMModule *module;
static const uint8_t *code, *code_end; /* of all functions, within the module's bytes */

static char **outputs; /* their two paths */

/* Nothing is left that could be taken for this module: neither a part of it nor another one. */
static void
remove_outputs(void)
{
    for (int i = 0; i < 2; i++)
        (void)remove(outputs[i]);
}

static void
fail(const char *reason)
{
    fprintf(stderr, "the logic is refused: %s\n", reason);
    remove_outputs();
    exit(1);
}

static FILE *out;

static void
put(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)!vfprintf(out, format, args);
    va_end(args);
}

static void
write_bytes(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put("%u,%s", bytes[i], i % 32 == 31 ? "\n" : "");
}

/* A string, or NULL. Names of functions may have any character. */
static void
write_text(const char *text)
{
    if (!text) {
        put("0");
        return;
    }
    put("\"");
    for (; *text; text++)
        put("\\%03o", (uint8_t)*text);
    put("\"");
}

static uint32_t
type_index(const WASMFuncType *type)
{
    for (uint32_t i = 0; i < module->type_count; i++)
        if (module->types[i] == type)
            return i;
    fail("a function's type is not of the module");
    return 0;
}

/* The struct of the engine ends in an array that is as long as the type has values: so each has a struct of its own. */
static void
write_types(void)
{
    for (uint32_t i = 0; i < module->type_count; i++) {
        const WASMFuncType *type = module->types[i];
        uint32_t values = type->param_count + type->result_count;
        put("TYPE(%u, %u, %u, %u, %u, %u, ", i, values + !values, type->param_count, type->result_count,
               type->param_cell_num, type->ret_cell_num);
        write_bytes(type->types, values + !values);
        put(")\n");
    }
    put("static const WASMFuncType *const types[] = {");
    for (uint32_t i = 0; i < module->type_count; i++)
        put(" (WASMFuncType *)&type_%u,", i);
    put(" };\n");
}

static const char *
prefix_of(const char *module_name)
{
    return strcmp(module_name, "linux") ? "wasi" : "linux";
}

static const char *
result_of(const WASMFuncType *type)
{
    if (!type->result_count)
        return "void";
    return type->types[type->param_count] == VALUE_TYPE_I64 ? "int64_t" : "int32_t";
}

/* The loader has found that they are there, and of that type. */
static void
write_imports(void)
{
    for (uint32_t i = 0; i < module->import_count; i++) {
        const WASMFunctionImport *function = &module->imports[i].u.function;
        put("%s %s_%s();\n", result_of(function->func_type), prefix_of(function->module_name), function->field_name);
    }
    put("static const WASMImport imports[] = {\n");
    for (uint32_t i = 0; i < module->import_count; i++) {
        const WASMFunctionImport *function = &module->imports[i].u.function;
        put("{ IMPORT_KIND_FUNC, { .function = { .module_name = ");
        write_text(function->module_name);
        put(", .field_name = ");
        write_text(function->field_name);
        put(", .func_type = (WASMFuncType *)&type_%u, .func_ptr_linked = %s_%s } } },\n",
               type_index(function->func_type), prefix_of(function->module_name), function->field_name);
    }
    put("};\n");
}

static void
find_code(void)
{
    for (uint32_t i = 0; i < module->function_count; i++) {
        const WASMFunction *function = module->functions[i];
        if (!code || function->code < code)
            code = function->code;
        if (function->code + function->code_size > code_end)
            code_end = function->code + function->code_size;
    }
}

static void
write_code(void)
{
    find_code();
    put("static const uint8_t code[] = {\n");
    write_bytes(code, code_end - code);
    put("0 };\n");
}

/* Their names, from the engine's own table. */
static const char *
opcode_name(unsigned opcode)
{
#define HANDLE_OPCODE(op) #op
    DEFINE_GOTO_TABLE(const char *, names)
    return names[opcode];
}

static void
write_opcodes(void)
{
    bool used[256] = { [WASM_OP_IMPDEP] = true }; /* with which the engine returns from its own frames */

    for (uint32_t i = 0; i < module->function_count; i++) {
        const WASMFunction *function = module->functions[i];
        if (!opcodes_find(function->code, function->code + function->code_size, used))
            fail("its opcodes can't be told");
    }
    /* The engine has a list of these, which is not written: a frame with so many blocks never fits its stack. */
    if (used[EXT_OP_BR_TABLE_CACHE])
        fail("a br_table branches over more than 255 blocks");
    put("#define OPCODES");
    for (unsigned opcode = 0; opcode < 256; opcode++)
        if (used[opcode])
            put(" [%u] = &&HANDLE_%s,", opcode, opcode_name(opcode));
    put("\n");
}

static void
write_functions(void)
{
    for (uint32_t i = 0; i < module->function_count; i++) {
        const WASMFunction *function = module->functions[i];
        uint32_t params = function->func_type->param_count;
        put("static const uint16_t offsets_%u[] = { ", i);
        for (uint32_t j = 0; j < params + function->local_count; j++)
            put("%u, ", function->local_offsets[j]);
        put("0 };\nstatic const uint8_t locals_%u[] = { ", i);
        write_bytes(function->local_types, function->local_count);
        put("0 };\n");
    }
    put("static const WASMFunction function[] = {\n");
    for (uint32_t i = 0; i < module->function_count; i++) {
        const WASMFunction *function = module->functions[i];
        put("{ .field_name = ");
        write_text(function->field_name);
        put(", .func_type = (WASMFuncType *)&type_%u, .local_count = %u, .local_types = (uint8_t *)locals_%u, "
               ".param_cell_num = %u, .ret_cell_num = %u, .local_cell_num = %u, .local_offsets = (uint16_t *)offsets_%u, "
               ".max_stack_cell_num = %u, .max_block_num = %u, .code_size = %u, .code = (uint8_t *)code + %ld },\n",
               type_index(function->func_type), function->local_count, i, function->param_cell_num,
               function->ret_cell_num, function->local_cell_num, i, function->max_stack_cell_num,
               function->max_block_num, function->code_size, (long)(function->code - code));
    }
    put("};\nstatic const WASMFunction *const functions[] = {");
    for (uint32_t i = 0; i < module->function_count; i++)
        put(" function + %u,", i);
    put(" };\n");
}

static void
write_expression(const InitializerExpression *expression)
{
    if (is_expr_binary_op(expression->init_expr_type))
        fail("an initial value is computed");
    put("{ %u, { .unary = { { .u64 = %lluu } } } }", expression->init_expr_type,
           (unsigned long long)expression->u.unary.v.u64);
}

static void
write_tables(void)
{
    put("static const WASMTable tables[] = {");
    for (uint32_t i = 0; i < module->table_count; i++) {
        const WASMTableType *type = &module->tables[i].table_type;
        put(" { { %u, %u, %u, %u, %u } },", type->elem_type, type->flags, type->possible_grow, type->init_size,
               type->max_size);
    }
    put(" };\n");
    for (uint32_t i = 0; i < module->table_seg_count; i++) {
        const WASMTableSeg *segment = &module->table_segments[i];
        put("static const InitializerExpression elements_%u[] = {\n", i);
        for (uint32_t j = 0; j < segment->value_count; j++) {
            write_expression(&segment->init_values[j]);
            put(",\n");
        }
        put("};\n");
    }
    put("static const WASMTableSeg table_segments[] = {\n");
    for (uint32_t i = 0; i < module->table_seg_count; i++) {
        const WASMTableSeg *segment = &module->table_segments[i];
        put("{ %u, %u, %u, ", segment->mode, segment->elem_type, segment->table_index);
        write_expression(&segment->base_offset);
        put(", %u, (InitializerExpression *)elements_%u },\n", segment->value_count, i);
    }
    put("};\n");
}

static void
write_memories(void)
{
    put("static const WASMMemory memories[] = {");
    for (uint32_t i = 0; i < module->memory_count; i++) {
        const WASMMemory *memory = &module->memories[i];
        put(" { %u, %u, %u, %u },", memory->flags, memory->num_bytes_per_page, memory->init_page_count,
               memory->max_page_count);
    }
    put(" };\n");
}

static void
write_globals(void)
{
    put("static const WASMGlobal globals[] = {\n");
    for (uint32_t i = 0; i < module->global_count; i++) {
        const WASMGlobal *global = &module->globals[i];
        put("{ { %u, %u }, ", global->type.val_type, global->type.is_mutable);
        write_expression(&global->init_expr);
        put(" },\n");
    }
    put("};\n");
}

static void
write_exports(void)
{
    put("static const WASMExport exports[] = {");
    for (uint32_t i = 0; i < module->export_count; i++) {
        const WASMExport *export = &module->exports[i];
        put(" { ");
        write_text(export->name);
        put(", %u, %u },", export->kind, export->index);
    }
    put(" };\n");
}

/* What linear memory begins with, and how far it reaches. */
static uint8_t image[MEMORY_MAX];
static size_t image_size;

/* The segments, put where the engine would put them. It would trap at one that is out of bounds. */
static void
lay_out(void)
{
    const WASMMemory *memory = module->memories;
    uint64_t size = module->memory_count ? (uint64_t)memory->init_page_count * memory->num_bytes_per_page : 0;

    for (uint32_t i = 0; i < module->data_seg_count; i++) {
        const WASMDataSeg *segment = module->data_segments[i];
        uint64_t start = (uint32_t)segment->base_offset.u.unary.v.i32, end = start + segment->data_length;

        if (segment->base_offset.init_expr_type != INIT_EXPR_TYPE_I32_CONST)
            fail("where a data segment goes is no constant");
        if (end > size || end > sizeof(image))
            fail("out of bounds memory access by a data segment");
        memcpy(image + start, segment->data, segment->data_length);
        if (end > image_size)
            image_size = end;
    }
    image_size = (image_size + 1) & ~(size_t)1;
}

static enum run_kind
kind_at(size_t offset)
{
    return image[offset + 1] ? RUN_BYTES : image[offset] ? RUN_NARROW : RUN_ZEROS;
}

/* Units of one kind, as many as there are; a single 0 is cheaper within a run than between two. */
static size_t
measure_run(size_t start, enum run_kind kind)
{
    size_t end = start;

    while (end < image_size) {
        enum run_kind next = kind_at(end);
        bool single = next == RUN_ZEROS && end + 2 < image_size && kind_at(end + 2) == kind;
        if (next != kind && !single)
            break;
        end += 2;
    }
    return (end - start) / 2;
}

/* See memory_image.h for the format. */
static void
write_image(void)
{
    lay_out();
    put("static const uint8_t image[] = {\n");
    for (size_t at = 0; at < image_size;) {
        enum run_kind kind = kind_at(at);
        size_t units = measure_run(at, kind);
        if (units > RUN_MAX)
            units = RUN_MAX;
        unsigned head = (unsigned)(units << 2 | kind);
        put("%u,%u,", head & 0xff, head >> 8);
        for (size_t i = 0; i < 2 * units && kind != RUN_ZEROS; i += kind == RUN_BYTES ? 1 : 2)
            put("%u,", image[at + i]);
        put("\n");
        at += 2 * units;
    }
    put("0, 0 };\n");
}

static void
write_head(void)
{
    put("/* Written by embed.c. */\n"
        "#include \"wasm.h\"\n#include \"engine/module.h\"\n#include \"engine/memory_image.h\"\n"
        "#define TYPE(I, N, P, R, PC, RC, ...) static const struct { uint16_t p, r, pc, rc, refs; uint8_t types[N]; } "
        "type_##I = { P, R, PC, RC, 0, { __VA_ARGS__ } };\n"
        "_Static_assert(offsetof(WASMFuncType, types) == 5 * sizeof(uint16_t), \"a type is as above\");\n");
}

static void
write_module(void)
{
    const WASMModule *m = module;
    struct { const char *name; uint64_t value; } fields[] = {
        { "module_type", m->module_type }, { "package_version", m->package_version }, { "type_count", m->type_count },
        { "import_count", m->import_count }, { "function_count", m->function_count }, { "table_count", m->table_count },
        { "memory_count", m->memory_count }, { "global_count", m->global_count }, { "export_count", m->export_count },
        { "table_seg_count", m->table_seg_count }, 
        { "import_function_count", m->import_function_count }, { "start_function", m->start_function },
        { "global_data_size", m->global_data_size }, { "aux_data_end_global_index", m->aux_data_end_global_index },
        { "aux_data_end", m->aux_data_end }, { "aux_heap_base_global_index", m->aux_heap_base_global_index },
        { "aux_heap_base", m->aux_heap_base }, { "aux_stack_top_global_index", m->aux_stack_top_global_index },
        { "aux_stack_bottom", m->aux_stack_bottom }, { "aux_stack_size", m->aux_stack_size },
        { "malloc_function", m->malloc_function }, { "free_function", m->free_function },
        { "retain_function", m->retain_function }, { "possible_memory_grow", m->possible_memory_grow },
        { "load_size", m->load_size },
    };
    put("static const WASMModule logic = {\n");
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        put(".%s = %lluu,\n", fields[i].name, (unsigned long long)fields[i].value);
    put(".import_functions = (WASMImport *)imports, .imports = (WASMImport *)imports, .types = (WASMType **)types,\n"
           ".functions = (WASMFunction **)functions, .tables = (WASMTable *)tables, .memories = (WASMMemory *)memories,\n"
           ".globals = (WASMGlobal *)globals, .exports = (WASMExport *)exports,\n"
           ".table_segments = (WASMTableSeg *)table_segments,\n"
           ".load_addr = (uint8_t *)code - %ld, .name = \"\" };\n"
           "wasm_module_t module_get(void) { return (wasm_module_t)&logic; }\n"
           "bool module_needs_root(void) { return %d; }\n"
           "void module_fill(void *memory) { memory_image_expand(image, memory); }\n", (long)(code - m->load_addr),
           loader_needs_root((wasm_module_t)m));
}

/* The engine as of /init has no module yet. */
wasm_module_t
module_get(void)
{
    return NULL;
}

bool
module_needs_root(void)
{
    return false;
}

void
module_fill(void *memory)
{
    (void)memory;
}

static bool
is_boot(const WASMExport *export)
{
    if (export->kind != EXPORT_KIND_FUNC || strcmp(export->name, "boot") || export->index < module->import_function_count)
        return false;
    const WASMFuncType *type = module->functions[export->index - module->import_function_count]->func_type;
    return !type->param_count && !type->result_count;
}

static void
check_boot(void)
{
    for (uint32_t i = 0; i < module->export_count; i++)
        if (is_boot(&module->exports[i]))
            return;
    fail("it exports no function `boot` that takes and returns nothing");
}

static FILE *
open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);

    if (file)
        return file;
    fprintf(stderr, "embed: %s: %s\n", path, strerror(errno));
    exit(1);
}

static WASMModule *
load(const char *path)
{
    static uint8_t bytes[FILE_MAX];
    size_t size = fread(bytes, 1, sizeof(bytes), open_file(path, "r"));

    return (WASMModule *)loader_load(bytes, (uint32_t)size);
}

static void
close_file(FILE *file)
{
    if (ferror(file) || fclose(file))
        fail("it can't be written");
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: embed MODULE MODULE.C OPCODES.H\n");
        return 1;
    }
    outputs = argv + 2;
    remove_outputs();
    module = load(argv[1]);
    if (!module)
        return 1;
    check_boot();
    out = open_file(argv[3], "w");
    write_opcodes();
    close_file(out);
    out = open_file(argv[2], "w");
    write_head();
    write_types();
    write_imports();
    write_code();
    write_functions();
    write_tables();
    write_memories();
    write_globals();
    write_exports();
    write_image();
    write_module();
    close_file(out);
    return 0;
}
