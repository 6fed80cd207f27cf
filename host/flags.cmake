# How /init is compiled and linked. WASINIT_CFLAGS comes last, so that the user's word counts. WAMR's scripts add -fPIC,
# which a static /init has no use for.
set(CMAKE_BUILD_TYPE MinSizeRel)
set(CMAKE_C_FLAGS_MINSIZEREL "-DNDEBUG -fno-pic -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
-ffile-prefix-map=${CMAKE_CURRENT_LIST_DIR}=host -ffile-prefix-map=${CMAKE_BINARY_DIR}=build \
-ffile-prefix-map=${WAMR_ROOT_DIR}=wamr ${WASINIT_CFLAGS}")
set(HOST_LINK_OPTIONS -static -Wl,--gc-sections,-z,norelro,--build-id=none,-T,${CMAKE_CURRENT_LIST_DIR}/pages.ld)
