# The engine: WAMR's classic interpreter, nothing more than the logic needs. Builds with sanitizers take it as it is, too.
# Another version may mean other things by the structures that the packer writes: see docs/contributing.md.
file(STRINGS ${WAMR_ROOT_DIR}/core/version.h WAMR_VERSION REGEX "define WAMR_VERSION_M[AI][JN]OR ")
string(REGEX REPLACE "[^0-9;]" "" WAMR_VERSION "${WAMR_VERSION}")
if(NOT WAMR_VERSION STREQUAL "2;4")
  message(FATAL_ERROR "WAMR_ROOT_DIR has another WAMR than 2.4: ${WAMR_VERSION}")
endif()

# What WAMR calls the machine that the compiler builds for.
if(NOT WAMR_BUILD_TARGET)
  separate_arguments(COMPILER NATIVE_COMMAND "${CMAKE_C_COMPILER} ${CMAKE_C_COMPILER_ARG1} -dumpmachine")
  execute_process(COMMAND ${COMPILER} OUTPUT_VARIABLE TARGET)
  string(REGEX MATCH "^[a-z0-9_]+" TARGET "${TARGET}")
  string(TOUPPER "${TARGET}" WAMR_BUILD_TARGET)
endif()

set(WAMR_BUILD_PLATFORM linux)
set(SHARED_PLATFORM_CONFIG ${CMAKE_CURRENT_LIST_DIR}/platform/shared_platform.cmake)
set(WAMR_BUILD_INTERP 1)
set(WAMR_BUILD_FAST_INTERP 0) # it translates at load what runs once
set(WAMR_BUILD_AOT 0)
set(WAMR_BUILD_LIBC_BUILTIN 0)
set(WAMR_BUILD_LIBC_WASI 0)
set(WAMR_BUILD_BULK_MEMORY 1)
set(WAMR_BUILD_REF_TYPES 1)
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
add_definitions(-DBH_LOG=no_log) # what it would say of a module is an error that is told, too: see platform/platform.c
add_definitions(-DBLOCK_ADDR_CACHE_SIZE=8) # of 48 bytes each, cleared at each start
set(WAMR_DISABLE_WRITE_GS_BASE 1) # else CMake asks the build machine, and /init dies of SIGILL on another

include(${WAMR_ROOT_DIR}/build-scripts/runtime_lib.cmake)

# In their place are platform/pool.c, exec_env.c and interpreter.c.
set(ENGINE_SOURCES ${WAMR_RUNTIME_LIB_SOURCE} ${CMAKE_CURRENT_LIST_DIR}/exec_env.c ${CMAKE_CURRENT_LIST_DIR}/engine.c)
list(FILTER ENGINE_SOURCES EXCLUDE REGEX "core/shared/mem-alloc/|wasm_exec_env.c|wasm_interp_classic.c")

# What the packer writes, a host of the same sources can read: both have this checksum.
file(GLOB ENGINE_ID_SOURCES ${WAMR_ROOT_DIR}/core/iwasm/interpreter/*.[ch] ${WAMR_ROOT_DIR}/core/*.h)
foreach(file IN LISTS ENGINE_ID_SOURCES ITEMS ${CMAKE_CURRENT_LIST_FILE}
    ${CMAKE_CURRENT_LIST_DIR}/layout.h ${CMAKE_CURRENT_LIST_DIR}/packed.h ${CMAKE_CURRENT_LIST_DIR}/memory_image.h)
  file(SHA256 ${file} checksum)
  string(SHA256 ENGINE_ID "${ENGINE_ID} ${checksum}")
endforeach()
add_definitions(-DENGINE_ID="${ENGINE_ID}" -DVERSION="${VERSION}" -D_GNU_SOURCE)

# What is compiled with it: into a host; what stands in it for the C library, and its memory, but for sanitizers; into
# the packer.
set(IMPORTS imports/linux.c imports/clone3.c imports/environment.c imports/wasi.c imports/wasi_program.c
  imports/wasi_clock.c imports/wasi_files.c imports/wasi_stat.c imports/wasi_directories.c imports/wasi_paths.c)
set(HOST_SOURCES init.c vm.c watchdog.c last_resort.c relay.c log.c ${IMPORTS} engine/interpreter.c engine/layout.c
  engine/memory_image.c engine/platform/print.c)
set(HOST_LIBRARY memory.c calls.c printf.c qsort.c strerror.c string.c)
set(PACKER_SOURCES pack.c module.c host.c load.c check.c opcodes.c blocks.c write.c image.c blob.c file.c sha256.c prune.c refuse.c
  platform.c)
list(TRANSFORM HOST_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/../)
list(TRANSFORM HOST_LIBRARY PREPEND ${CMAKE_CURRENT_LIST_DIR}/platform/)
list(TRANSFORM PACKER_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/packer/)

# How it is compiled. WAMR is not our code; and a memset that -Os writes out goes byte by byte.
set(ENGINE_OPTIONS -w -fno-builtin-memset)
# -O2 is smaller here than -Os, as long as nothing is aligned.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/interpreter.c PROPERTIES COMPILE_OPTIONS
  "-w;-O2;-falign-functions=1;-falign-jumps=1;-falign-loops=1")
# `packed` is not the constant that it looks like.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/layout.c PROPERTIES COMPILE_OPTIONS -fno-lto)
