# The engine as a host has it, for builds with sanitizers. Before it: HOST, WAMR_ROOT_DIR, and flags for all.
include(${HOST}/engine/engine.cmake)
add_library(engine STATIC ${ENGINE_SOURCES})
# As riscv64 has it, which reads nothing that is not aligned: so that what does is found.
add_compile_definitions(WASM_CPU_SUPPORTS_UNALIGNED_ADDR_ACCESS=0)
set(ENGINE_OPTIONS -w -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/engine.ignore)
target_compile_options(engine PRIVATE ${ENGINE_OPTIONS})
set_source_files_properties(${HOST}/engine/interpreter.c PROPERTIES COMPILE_OPTIONS "${ENGINE_OPTIONS}")
