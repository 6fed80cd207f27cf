/* The sanitizers' options, not from the environment: that is the kernel's, and the tests look at it. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* Leaks are looked for at the end, which PID 1 doesn't come to. */
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:allocator_may_return_null=1:"
           "handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_sigill=2"; /* not the host, which lives on */
}

const char *
__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}
