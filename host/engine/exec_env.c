/*
 * WAMR's wasm_exec_env.c, but that the interpreter's stack is not cleared: that costs a page fault for each 4 kB of it,
 * and nothing reads there what it has not written.
 */
#include "wasm_runtime.h"

#define wasm_exec_env_create wasm_exec_env_create_cleared /* WAMR's own, which nobody calls */
#include "wasm_exec_env.c"
#undef wasm_exec_env_create

/* All that there is in this configuration. If it fails there is more: compare what follows with WAMR's. */
_Static_assert(offsetof(WASMExecEnv, wasm_stack_u) - sizeof(((WASMExecEnv *)NULL)->block_addr_cache)
                   == 16 * sizeof(void *) + (WASM_ENABLE_INSTRUCTION_METERING ? 8 : 0),
               "WASMExecEnv is another than wasm_exec_env_create knows");

WASMExecEnv *
wasm_exec_env_create(struct WASMModuleInstanceCommon *instance, uint32 stack_size)
{
    const uint32 head = offsetof(WASMExecEnv, wasm_stack_u.bottom);
    const WASMModule *module = ((WASMModuleInstance *)instance)->module;
    WASMExecEnv *env = wasm_runtime_malloc(head + stack_size);

    if (!env)
        return NULL;
    memset(env, 0, head);
    env->module_inst = instance;
    env->wasm_stack_size = stack_size;
    env->wasm_stack.bottom = env->wasm_stack.top = env->wasm_stack_u.bottom;
    env->wasm_stack.top_boundary = env->wasm_stack.bottom + stack_size;
    env->aux_stack_bottom = module->aux_stack_bottom;
    env->aux_stack_boundary = module->aux_stack_bottom - module->aux_stack_size;
#if WASM_ENABLE_INSTRUCTION_METERING != 0
    env->instructions_to_execute = -1;
#endif
    return env;
}
