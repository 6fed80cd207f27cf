/*
 * WAMR's wasm_exec_env.c, but that it does not clear the interpreter's stack: that costs a page fault for each 4 kB of
 * it, and nothing reads there what it has not written.
 */
#include <stddef.h>
#include <string.h>

#include "wasm_exec_env.h"

static void *
clear(WASMExecEnv *env)
{
    return memset(env, 0, offsetof(WASMExecEnv, wasm_stack_u.bottom));
}

#define memset(env, byte, size) clear(env)
#include "wasm_exec_env.c"
