# How /init is compiled and linked. WASINIT_CFLAGS comes last, so that the user's word counts. WAMR's scripts add -fPIC,
# which a static /init has no use for.
set(CMAKE_BUILD_TYPE MinSizeRel)
set(CMAKE_C_FLAGS_MINSIZEREL "-DNDEBUG -fno-pic -fno-asynchronous-unwind-tables -fno-unwind-tables \
-ffunction-sections -fdata-sections \
-ffile-prefix-map=${CMAKE_CURRENT_LIST_DIR}=host -ffile-prefix-map=${CMAKE_BINARY_DIR}=build \
-ffile-prefix-map=${WAMR_ROOT_DIR}=wamr ${WASINIT_CFLAGS}")
set(HOST_LINK_OPTIONS -static -Wl,--gc-sections,-z,norelro,--build-id=none)

# The linker script knows what musl has in it. Another C library, or another linker, lays a host out in its own way.
include(CheckCSourceCompiles)
set(PAGES -Wl,-T,${CMAKE_CURRENT_LIST_DIR}/pages.ld)
set(CMAKE_REQUIRED_LINK_OPTIONS ${HOST_LINK_OPTIONS} ${PAGES})
check_c_source_compiles("int main(void) { return 0; }" LINKS_BY_SCRIPT)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(LINKS_BY_SCRIPT)
  list(APPEND HOST_LINK_OPTIONS ${PAGES})
else()
  list(APPEND HOST_LINK_OPTIONS -Wl,-z,common-page-size=64,-z,noseparate-code,-z,noexecstack,--sort-section=name)
endif()
