# WAMR's platform layer of this host, in the place of WAMR's own for Linux; but for its memory, which not all have of the
# same kind.
add_definitions(-DBH_PLATFORM_LINUX)
include_directories(${CMAKE_CURRENT_LIST_DIR}/../.. ${CMAKE_CURRENT_LIST_DIR}
  ${WAMR_ROOT_DIR}/core/shared/platform/include)
set(PLATFORM_SHARED_SOURCE ${CMAKE_CURRENT_LIST_DIR}/platform.c ${CMAKE_CURRENT_LIST_DIR}/pool.c)
