# The engine: WAMR's classic interpreter, nothing more than the logic needs. Builds with sanitizers take it as it is, too.
set(WAMR_BUILD_PLATFORM linux)
set(SHARED_PLATFORM_CONFIG ${CMAKE_CURRENT_LIST_DIR}/platform/shared_platform.cmake)
set(WAMR_BUILD_INTERP 1)
set(WAMR_BUILD_FAST_INTERP 0) # it translates at load what runs once
set(WAMR_BUILD_AOT 0)
set(WAMR_BUILD_LIBC_BUILTIN 0)
set(WAMR_BUILD_LIBC_WASI 0)
set(WAMR_BUILD_BULK_MEMORY 0)
set(WAMR_BUILD_REF_TYPES 0)
set(WAMR_BUILD_SIMD 0)
set(WAMR_BUILD_SHARED_MEMORY 0)
set(WAMR_BUILD_MINI_LOADER 0) # the full loader verifies
set(WAMR_BUILD_SHRUNK_MEMORY 0) # linear memory is as large as the module says, whatever its linker exports
set(WAMR_BUILD_DUMP_CALL_STACK 1)
set(WAMR_BUILD_CUSTOM_NAME_SECTION 1)
set(WAMR_DISABLE_APP_ENTRY 1)
set(WAMR_DISABLE_HW_BOUND_CHECK 1)
set(WAMR_DISABLE_STACK_HW_BOUND_CHECK 1)
set(WAMR_DISABLE_WAKEUP_BLOCKING_OP 1)
set(WAMR_BUILD_MODULE_INST_CONTEXT 0)
add_definitions(-DBLOCK_ADDR_CACHE_SIZE=16) # of 48 bytes each, cleared at each start
set(WAMR_DISABLE_WRITE_GS_BASE 1) # else CMake asks the build machine, and /init dies of SIGILL on another

include(${WAMR_ROOT_DIR}/build-scripts/runtime_lib.cmake)

# In their place are platform/pool.c and exec_env.c; the interpreter stands apart, as /init has only a part of it.
set(ENGINE_INTERPRETER ${WAMR_ROOT_DIR}/core/iwasm/interpreter/wasm_interp_classic.c)
list(FILTER WAMR_RUNTIME_LIB_SOURCE EXCLUDE REGEX "core/shared/mem-alloc/|wasm_exec_env.c|wasm_interp_classic.c")
list(APPEND WAMR_RUNTIME_LIB_SOURCE ${CMAKE_CURRENT_LIST_DIR}/exec_env.c)

# The host around it, but for its `main`, and what its parts differ in.
set(HOST_SOURCES vm.c watchdog.c log.c imports/linux.c imports/environment.c imports/wasi.c)
