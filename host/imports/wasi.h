/*
 * The imports of the module `wasi_snapshot_preview1`: the part of WASI preview 1 that AssemblyScript's WASI shim,
 * as-wasi and policies need, straight on system calls. Each checks what it is given, makes the call, and returns 0 or
 * an errno of WASI. Descriptors are Linux's own; 3 is the directory /, and all of the machine is below it.
 *
 * Names, numbers and layouts: WASI preview 1, witx (github.com/WebAssembly/WASI, legacy/preview1/witx/typenames.witx).
 */
#ifndef WASI_H
#define WASI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "vm.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* clang-format off */
/* $errno, in WASI's order; the names are those of Linux. */
#define ERRNOS(X)                                                                                                      \
    X(2BIG) X(ACCES) X(ADDRINUSE) X(ADDRNOTAVAIL) X(AFNOSUPPORT) X(AGAIN) X(ALREADY) X(BADF) X(BADMSG) X(BUSY)         \
    X(CANCELED) X(CHILD) X(CONNABORTED) X(CONNREFUSED) X(CONNRESET) X(DEADLK) X(DESTADDRREQ) X(DOM) X(DQUOT) X(EXIST)  \
    X(FAULT) X(FBIG) X(HOSTUNREACH) X(IDRM) X(ILSEQ) X(INPROGRESS) X(INTR) X(INVAL) X(IO) X(ISCONN) X(ISDIR) X(LOOP)   \
    X(MFILE) X(MLINK) X(MSGSIZE) X(MULTIHOP) X(NAMETOOLONG) X(NETDOWN) X(NETRESET) X(NETUNREACH) X(NFILE) X(NOBUFS)    \
    X(NODEV) X(NOENT) X(NOEXEC) X(NOLCK) X(NOLINK) X(NOMEM) X(NOMSG) X(NOPROTOOPT) X(NOSPC) X(NOSYS) X(NOTCONN)        \
    X(NOTDIR) X(NOTEMPTY) X(NOTRECOVERABLE) X(NOTSOCK) X(NOTSUP) X(NOTTY) X(NXIO) X(OVERFLOW) X(OWNERDEAD) X(PERM)     \
    X(PIPE) X(PROTO) X(PROTONOSUPPORT) X(PROTOTYPE) X(RANGE) X(ROFS) X(SPIPE) X(SRCH) X(STALE) X(TIMEDOUT) X(TXTBSY)   \
    X(XDEV)
/* clang-format on */

#define WASI_NAME(name) WASI_##name,

enum { WASI_SUCCESS, ERRNOS(WASI_NAME) };

/* $rights: the two that tell how a file is to be opened */
enum { FD_READ = 1 << 1, FD_WRITE = 1 << 6 };

/* $lookupflags */
enum { SYMLINK_FOLLOW = 1 };

struct flag {
    int of_wasi, of_linux;
};

/* $fdflags */
extern const struct flag wasi_fdflags[5];

/* Those of `flags` that are set in `set`, as Linux has them. */
int wasi_to_linux(const struct flag *flags, size_t count, uint32_t set);

/* WASI's for an errno of Linux. */
uint32_t wasi_errno(int error);

/* The same for what a system call returned: below 0 it failed. */
uint32_t wasi_result(long value);

/*
 * Copies what a call answers to where the module wants it; nothing in its memory is aligned for certain. A structure
 * has no unnamed padding: it would have what was on the host's stack.
 */
uint32_t wasi_answer(wasm_exec_env_t env, uint32_t address, const void *value, uint32_t size);

/* The same for a count or a descriptor that a system call returned: below 0 it failed. */
uint32_t wasi_answer_count(wasm_exec_env_t env, uint32_t address, int64_t value);

/* Whether a count can go there: to be known before a call that has an effect. */
bool wasi_takes_count(wasm_exec_env_t env, uint32_t address);

/* Copies bytes of the module as a string, which may not have a 0 in it. */
uint32_t wasi_copy(wasm_exec_env_t env, uint32_t address, uint32_t size, char text[PATH_MAX]);

/* A path of the module, always one from a directory onward: also what is written /etc/boot. */
uint32_t wasi_copy_path(wasm_exec_env_t env, uint32_t address, uint32_t size, char path[PATH_MAX]);

/* WASI's times are nanoseconds. */
uint64_t wasi_nanoseconds(struct timespec time);
struct timespec wasi_timespec(uint64_t time);

/* The $filetype for st_mode of stat(2). */
uint8_t wasi_filetype(mode_t mode);

#endif
