#include "engine.h"

#include "wasm_memory.h"
#include "wasm_runtime.h"

void
engine_start(void)
{
    (void)wasm_runtime_memory_init(Alloc_With_System_Allocator, NULL);
}

void
engine_log_call_stack(wasm_exec_env_t env)
{
    if (wasm_interp_create_call_stack(env))
        wasm_runtime_dump_call_stack(env);
}
