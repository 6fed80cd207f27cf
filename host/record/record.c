/*
 * The life of the logic, as text: what each of its imports returned, and what has become of its memory meanwhile. It
 * reaches nothing else, so that is all there is to it. Nothing is allocated.
 */
#include "record.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "engine/platform/large.h"
#include "imports/environment.h"
#include "line.h"
#include "port.h"
#include "wasm_runtime.h"

#define FORMAT 1 /* of the trace */

#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "riscv64"
#endif

#define PARAMETERS_MAX 9 /* of an import */
#define TEXT_MAX 160     /* characters of a text, as it is quoted */
#define TEXTS_MAX 40     /* of a call */
#define AREAS_MAX 300    /* of memory, of a call: environ_get's */
#define GAP 10           /* bytes that are as they were, and cost less than that it is told */

/* The packer writes there which module is in this host: its checksum. */
static const volatile char policy[17] __attribute__((section(".policy"))) = "not-told-by-pack";

static pid_t own_pid; /* 0: nothing is recorded */

/* The call that is being made. */
static struct {
    const char *name;
    bool is_linux;
    const WASMFuncType *type;
    uint64_t arguments[PARAMETERS_MAX];
} call;

static struct text {
    uint32_t address;
    const char *quoted;
    bool is_cut, is_shown;
} texts[TEXTS_MAX];

static char quoted[4 * TEXT_MAX]; /* all of them fit into a line */

/* An area of memory, and what of it there is a copy of as it was. */
static struct area {
    uint32_t address;
    bool is_shown;
    const uint8_t *now, *before;
    size_t copied;
    uint64_t length;
} areas[AREAS_MAX];

static uint8_t copies[256 * 1024] LARGE(9);

static size_t text_count, area_count, quoted_length, copied_length;

/* Whether this process records: a child that the logic has forked goes on by itself. */
static bool
is_recording(void)
{
    if (!own_pid)
        return false;
    const pid_t pid = getpid();
    if (pid != own_pid)
        line_fork((unsigned)pid);
    own_pid = pid;
    return true;
}

static bool
begin_recording(void)
{
    const char *to = environment_get("record");

    if (to && !own_pid) {
        own_pid = getpid();
        port_set(to);
    }
    return is_recording();
}

/* Adds what of `size` bytes is not as it was, and all of the first `written`. */
static void
add_changes(uint32_t address, const uint8_t *now, const uint8_t *before, size_t size, size_t written)
{
    size_t from = 0, to = written; /* of what is yet to be told */

    for (size_t i = written; i < size; i++) {
        if (now[i] == before[i])
            continue;
        if (from == to || i - to > GAP) {
            line_add_bytes(address + (uint32_t)from, now + from, to - from);
            from = i;
        }
        to = i + 1;
    }
    line_add_bytes(address + (uint32_t)from, now + from, to - from);
}

void
record_start(const uint8_t *kept, uint32_t size)
{
    static const uint8_t zeros[512];

    if (!begin_recording())
        return;
    line_begin();
    line_add("start format=%u wasinit=%s arch=%s policy=%s", FORMAT, VERSION, MACHINE, (const char *)policy);
    if (kept) {
        line_add(" kept=%u", size);
        add_changes(0, kept, zeros, size, 0);
    }
    line_end();
}

void
record_end(const char *reason)
{
    char text[2 * TEXT_MAX];
    size_t taken;

    if (!is_recording())
        return;
    const size_t length = line_quote(text, sizeof(text) - 1, (const uint8_t *)reason, strlen(reason), &taken);
    text[length] = 0;
    line_begin();
    line_add("end \"%s\"", text);
    line_end();
    port_drain();
}

/* The import that a function is. */
static void
set_import(const WASMModule *module, const void *function)
{
    call.name = "?";
    for (uint32_t i = 0; i < module->import_function_count; i++) {
        const WASMFunctionImport *import = &module->import_functions[i].u.function;
        if (import->func_ptr_linked != function)
            continue;
        call.name = import->field_name;
        call.is_linux = !strcmp(import->module_name, "linux");
    }
}

void
record_call(wasm_exec_env_t env, const void *function, const WASMFuncType *type, const uint64_t *values)
{
    text_count = area_count = quoted_length = copied_length = 0;
    call.name = NULL;
    if (!is_recording())
        return;
    set_import(((const WASMModuleInstance *)env->module_inst)->module, function);
    call.type = type;
    memcpy(call.arguments, values, sizeof(call.arguments));
}

void
record_text(uint32_t address, const char *bytes, size_t length)
{
    const size_t left = sizeof(quoted) - quoted_length;
    size_t taken;

    if (!call.name || text_count == TEXTS_MAX || !left)
        return;
    char *text = quoted + quoted_length;
    const size_t used = line_quote(text, left > TEXT_MAX ? TEXT_MAX : left - 1, (const uint8_t *)bytes, length, &taken);
    text[used] = 0;
    quoted_length += used + 1;
    texts[text_count++] = (struct text){ .address = address, .quoted = text, .is_cut = taken < length };
}

static bool
is_known(uint32_t address, uint64_t length)
{
    for (size_t i = 0; i < area_count; i++)
        if (areas[i].address == address && areas[i].length >= length)
            return true;
    return false;
}

void
record_memory(uint32_t address, const uint8_t *bytes, uint64_t length)
{
    if (!bytes || !call.name || area_count == AREAS_MAX || is_known(address, length))
        return;
    const size_t left = sizeof(copies) - copied_length, copied = length < left ? length : left;
    areas[area_count++] = (struct area){
        .address = address, .now = bytes, .before = copies + copied_length, .copied = copied, .length = length
    };
    memcpy(copies + copied_length, bytes, copied);
    copied_length += copied;
}

static void
add_text(struct text *text)
{
    text->is_shown = true;
    line_add(text->is_cut ? "\"%s\"..." : "\"%s\"", text->quoted);
}

/* An address is shown as what is there, once each: then what happens to be the same number is a number. */
static void
add_address(uint32_t value)
{
    for (size_t i = 0; i < text_count; i++) {
        if (texts[i].address == value && !texts[i].is_shown) {
            add_text(&texts[i]);
            return;
        }
    }
    for (size_t i = 0; i < area_count; i++) {
        if (areas[i].address == value && !areas[i].is_shown) {
            areas[i].is_shown = true;
            line_add("*%u", value);
            return;
        }
    }
    line_add("%d", (int32_t)value);
}

/* The texts of a list, of which only the list's address is an argument. */
static void
add_list(void)
{
    const char *before = " {";

    for (size_t i = 0; i < text_count; i++) {
        if (texts[i].is_shown)
            continue;
        line_add("%s", before);
        add_text(&texts[i]);
        before = ", ";
    }
    if (*before == ',')
        line_add("}");
}

static void
begin_call(void)
{
    for (size_t i = 0; i < text_count; i++)
        texts[i].is_shown = false;
    for (size_t i = 0; i < area_count; i++)
        areas[i].is_shown = false;
    line_begin();
    line_add("%s(", call.name);
    for (uint32_t i = 0; i < call.type->param_count; i++) {
        line_add(i ? ", " : "");
        if (call.type->types[i] == VALUE_TYPE_I64)
            line_add("%ld", (long)call.arguments[i]);
        else
            add_address((uint32_t)call.arguments[i]);
    }
    line_add(")");
    add_list();
}

/* What Linux returns the length of it has written whole; but pwrite has read that. */
static size_t
written_by(int64_t result)
{
    if (!call.is_linux || result <= 0 || !strcmp(call.name, "pwrite"))
        return 0;
    return (uint64_t)result < areas[0].length ? (size_t)result : (size_t)areas[0].length;
}

static void
add_memory(int64_t result)
{
    const size_t written = area_count == 1 ? written_by(result) : 0;
    bool is_known = call.is_linux || area_count < AREAS_MAX;

    for (size_t i = 0; i < area_count; i++) {
        add_changes(areas[i].address, areas[i].now, areas[i].before, areas[i].copied, written);
        is_known &= call.is_linux || areas[i].copied == areas[i].length;
    }
    if (!is_known)
        line_add(" ?");
}

void
record_result(uint64_t value)
{
    const bool is_long =
        call.name && call.type->result_count && call.type->types[call.type->param_count] == VALUE_TYPE_I64;
    const int64_t result = is_long ? (int64_t)value : (int32_t)value;

    if (!call.name || !is_recording())
        return;
    begin_call();
    line_add(" = %ld", call.type->result_count ? (long)result : 0L);
    add_memory(result);
    line_end();
    call.name = NULL;
}

void
record_leave(void)
{
    if (!call.name)
        return;
    begin_call();
    line_add(" leaves");
    line_end();
    port_drain();
}
