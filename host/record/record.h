#ifndef RECORD_H
#define RECORD_H

/*
 * What a host that records has to know of the logic's life, to write it down: docs/replay.md tells the format. In all other
 * hosts these are nothing. Without `record=` in the environment, and beside PID 1, nothing is recorded either.
 */
#ifdef RECORDER
#include <stddef.h>
#include <stdint.h>

#include "wasm_export.h"

struct WASMFuncType;

/* An instance begins, with the bytes that it finds kept; NULL: those that it is made with. */
void record_start(const uint8_t *kept, uint32_t size);

/* It has ended. */
void record_end(const char *reason);

/* An import is called: the linked function, of that type; and what it returned. */
void record_call(wasm_exec_env_t env, const void *function, const struct WASMFuncType *type, const uint64_t *values);
void record_result(uint64_t result);

/* What that call is given, by its address: text, as bytes; and memory, which it may write into before it returns, or NULL. */
void record_text(uint32_t address, const char *bytes, size_t length);
void record_memory(uint32_t address, const uint8_t *bytes, uint64_t length);

/* The call may not return: the machine or the process ends, or becomes another program. */
void record_leave(void);

#else
#define record_start(kept, size) ((void)0)
#define record_end(reason) ((void)0)
#define record_call(env, function, type, arguments) ((void)0)
#define record_result(result) ((void)0)
#define record_text(address, bytes, length) ((void)0)
#define record_memory(address, bytes, length) ((void)0)
#define record_leave() ((void)0)
#endif

#endif
