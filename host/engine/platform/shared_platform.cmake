# WAMR's platform layer of this host, in the place of WAMR's own for Linux.
add_definitions(-DBH_PLATFORM_LINUX)
include_directories(${CMAKE_CURRENT_LIST_DIR}/../.. ${CMAKE_CURRENT_LIST_DIR} ${WAMR_ROOT_DIR}/core/shared/platform/include)
if(NOT PLATFORM_MEMORY) # builds with sanitizers have one in which they see each piece
  set(PLATFORM_MEMORY ${CMAKE_CURRENT_LIST_DIR}/memory.c)
endif()
set(PLATFORM_SHARED_SOURCE ${CMAKE_CURRENT_LIST_DIR}/platform.c ${CMAKE_CURRENT_LIST_DIR}/pool.c
  ${PLATFORM_MEMORY})
