#ifndef KERNEL_H
#define KERNEL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of the fuzzer's input: the calls to make are taken from its start, what they return from its end. */
struct input {
    const uint8_t *start, *end;
};

/* Starts as new, with the results in `input`. */
void kernel_boot(struct input *input);

/* Where the process goes that ends: a child which the module forked. */
extern jmp_buf kernel_over;

/* Whether FUZZ_TRACE is set: each call is printed. */
extern bool kernel_trace;

#endif
