/*
 * The host of lives that record.ts has recorded, in the place of init.c and of the imports: lives each that standard
 * input tells of, with the packed module, and compares. A line each:
 *
 *     life ENTRY KEPT                          what is called, and the bytes that the logic finds kept
 *     NAME ARGUMENT... SUM = RESULT WRITE...   a call that returns, and what it writes into memory, ADDRESS:BYTES each
 *     NAME ARGUMENT... SUM traps               then the logic starts again
 *     NAME ARGUMENT... SUM ends                a call that does not return: the life ends
 *     returned [STATUS]                        ENTRY does
 *
 * Numbers and bytes are in hexadecimal; SUM is the checksum of all memory when the call is made. So what a call is given
 * in memory is compared, too, and what the logic has made of the answers before. The first line that the host does not
 * do is printed beside what it does, and the status is 1.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../spec/checksum.h"
#include "../spec/say.h"
#include "engine/pruned.h"
#include "vm.c"

#define LINE_MAX (1 << 20) /* bytes */
#define CALL_MAX 256       /* bytes of a call without its answer */

static char line[LINE_MAX];
static unsigned lives, calls; /* that were begun, in all and in this life */

static const char *entry;
static uint32_t status;                               /* which `check` returns */
static enum { GOES_ON, HAS_TRAPPED, HAS_ENDED } life; /* as the record has it */

/* Reads the next line, without its end; of a record that is over it is empty. */
static bool
next_line(void)
{
    calls++;
    if (!fgets(line, sizeof(line), stdin))
        line[0] = '\0';
    char *end = strchr(line, '\n');
    if (end)
        *end = '\0';
    return end;
}

static _Noreturn void
differ(const char *what)
{
    if (line[0])
        line[strnlen(line, CALL_MAX / 2)] = '\0';
    say("life %u, call %u\n", lives, calls);
    say("the record: %s\n", line[0] ? line : "has ended");
    say("the host:   %s\n", what);
    exit(1);
}

static unsigned
nibble(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* Decodes bytes in hexadecimal; returns where they end. */
static char *
decode(char *digits, uint8_t *bytes, uint64_t room, uint32_t *count)
{
    for (*count = 0; *digits && *digits != ' '; digits += 2) {
        if (*count == room)
            differ("has no memory there");
        bytes[(*count)++] = (uint8_t)(nibble(digits[0]) << 4 | nibble(digits[1]));
    }
    return digits;
}

/* Does to memory what the call has done: ` ADDRESS:BYTES` each. */
static void
write_all(char *writes)
{
    while (*writes == ' ') {
        char *colon;
        uint64_t room = 0;
        uint32_t count;
        uint8_t *bytes = memory_from(instance, (uint32_t)strtoul(writes + 1, &colon, 16), &room);

        writes = decode(colon + 1, bytes, room, &count);
    }
}

static uint64_t
end(wasm_exec_env_t env, int how)
{
    life = how;
    wasm_runtime_set_exception(wasm_runtime_get_module_inst(env), "by the record");
    return 0;
}

static uint32_t
checksum_now(void)
{
    uint64_t size = 0;
    const uint8_t *memory = memory_from(instance, 0, &size);

    return checksum(memory, size);
}

static void
print_call(char call[CALL_MAX], const char *name, const char *signature, const uint64_t *arguments)
{
    size_t length = (size_t)snprintf(call, CALL_MAX, "%s", name);

    for (const char *type = signature + 1; *type != ')'; type++, arguments++)
        length += (size_t)snprintf(call + length, CALL_MAX - length, " %lx",
                                   *type == 'i' ? (unsigned long)(uint32_t)*arguments : (unsigned long)*arguments);
    (void)!snprintf(call + length, CALL_MAX - length, " %x", checksum_now());
}

/* An i32 is returned with its sign in the upper half, as C functions return it. */
static uint64_t
replay(wasm_exec_env_t env, const char *name, const char *signature, const uint64_t *arguments)
{
    char call[CALL_MAX];

    watchdog_reset(); /* what is compared takes longer than what is lived */
    print_call(call, name, signature, arguments);
    const size_t length = strlen(call);
    if (!next_line() || strncmp(line, call, length))
        differ(call);
    char *answer = line + length;
    if (!strcmp(answer, " traps"))
        return end(env, HAS_TRAPPED);
    if (!strcmp(answer, " ends"))
        return end(env, HAS_ENDED);
    if (strncmp(answer, " = ", 3))
        differ(call);
    const uint64_t result = strtoul(answer + 3, &answer, 16);
    write_all(answer);
    return strchr(signature, ')')[1] == 'i' ? (uint64_t)(int32_t)result : result;
}

/* As engine/interpreter.c calls all of them. */
#define REPLAY(module, name, signature) \
    uint64_t module##_##name(wasm_exec_env_t env, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, \
                             uint64_t f, uint64_t g, uint64_t h, uint64_t i) \
    { \
        return replay(env, #name, signature, (const uint64_t[]){ a, b, c, d, e, f, g, h, i }); \
    }

IMPORTS(REPLAY)

static const char *
run(void)
{
    return run_export(entry, strcmp(entry, ENTRY) ? &status : NULL);
}

/* As vm_run does, but that here the reason is judged. */
static void
live_until_end(void)
{
    char end[CALL_MAX] = "returned";
    void *mark = arena_mark();
    const char *reason = watchdog_call(run);

    if (life == GOES_ON && reason)
        (void)!snprintf(end, sizeof(end), "has ended: %s", reason);
    else if (life == GOES_ON && strcmp(entry, ENTRY))
        (void)!snprintf(end, sizeof(end), "returned %x", status);
    if (life == GOES_ON && (!next_line() || strcmp(line, end)))
        differ(end);
    reason = instance ? watchdog_call(end_instance) : NULL;
    if (reason)
        differ(reason);
    arena_release(mark);
}

static void
live_life(void)
{
    static char name[16];
    char *space = strchr(line, ' ');

    if (strncmp(line, "life ", 5) || !(space = strchr(line + 5, ' ')))
        differ("has ended");
    lives++;
    calls = 0;
    *space = '\0';
    (void)!snprintf(name, sizeof(name), "%s", line + 5);
    entry = name;
    (void)!decode(space + 1, kept, sizeof(kept), &kept_size);
    has_kept = true;
    do {
        life = GOES_ON;
        live_until_end();
    } while (life == HAS_TRAPPED);
}

int
main(void)
{
    if (!vm_load())
        return 1;
    watchdog_start();
    while (next_line())
        live_life();
    say("%u lives\n", lives);
    return 0;
}
