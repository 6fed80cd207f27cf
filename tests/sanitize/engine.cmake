# The engine as /init has it, for builds with sanitizers. Before it: HOST, WAMR_ROOT_DIR, and flags for all.
set(PLATFORM_MEMORY ${CMAKE_CURRENT_LIST_DIR}/memory.c)
include(${HOST}/engine/engine.cmake)
add_library(engine STATIC ${WAMR_RUNTIME_LIB_SOURCE} ${ENGINE_INTERPRETER})
# It has its frames, tables and operands where they happen to be, aligned or not: no harm on x86 and ARMv8.
target_compile_options(engine PRIVATE -w -fno-sanitize=alignment
  -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/engine.ignore)
