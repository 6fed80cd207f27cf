#include "clone3.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

#define CLEAR_SIGHAND 0x100000000 /* linux/sched.h, which musl's compiler does not find */

struct arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

/* The child has a new stack, on which it can't return: it calls `run` within. */
#if defined(__x86_64__)
static long
call(struct arguments *arguments, int (*run)(void *))
{
    long result = SYS_clone3;

    __asm__ volatile("syscall\n\ttest %0, %0\n\tjnz 1f\n\tcall *%3\n1:"
                     : "+a"(result)
                     : "D"(arguments), "S"(sizeof(*arguments)), "r"(run)
                     : "rcx", "r11", "memory", "cc");
    return result;
}
#elif defined(__aarch64__)
static long
call(struct arguments *arguments, int (*run)(void *))
{
    register long number __asm__("x8") = SYS_clone3, result __asm__("x0") = (long)arguments;
    register long size __asm__("x1") = sizeof(*arguments);

    __asm__ volatile("svc 0\n\tcbnz x0, 1f\n\tblr %3\n1:" : "+r"(result) : "r"(number), "r"(size), "r"(run) : "memory");
    return result;
}
#elif defined(__riscv) && __riscv_xlen == 64
static long
call(struct arguments *arguments, int (*run)(void *))
{
    register long number __asm__("a7") = SYS_clone3, result __asm__("a0") = (long)arguments;
    register long size __asm__("a1") = sizeof(*arguments);

    __asm__ volatile("ecall\n\tbnez a0, 1f\n\tjalr %3\n1:"
                     : "+r"(result)
                     : "r"(number), "r"(size), "r"(run)
                     : "memory");
    return result;
}
#else
static long
call(struct arguments *arguments, int (*run)(void *))
{
    (void)arguments, (void)run;
    return -1;
}
#endif

pid_t
clone3_default(int (*run)(void *), void *stack, size_t size)
{
    struct arguments arguments = {
        .flags = CLONE_VM | CLEAR_SIGHAND, .exit_signal = SIGCHLD, .stack = (uintptr_t)stack, .stack_size = size
    };

    return (pid_t)call(&arguments, run);
}
