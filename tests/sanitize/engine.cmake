# The engine as a host has it, for builds with sanitizers. Before it: HOST, WAMR_ROOT_DIR, and flags for all.
include(${HOST}/engine/engine.cmake)
add_library(engine STATIC ${ENGINE_SOURCES})
# It has its frames, tables and operands where they happen to be, aligned or not: no harm on x86 and ARMv8.
set(ENGINE_OPTIONS -w -fno-sanitize=alignment -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/engine.ignore)
target_compile_options(engine PRIVATE ${ENGINE_OPTIONS})
set_source_files_properties(${HOST}/engine/interpreter.c PROPERTIES COMPILE_OPTIONS "${ENGINE_OPTIONS}")
