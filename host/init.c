/*
 * /init: keeps the logic alive. What PID 1 does is decided there, in assembly/; here is no string of policy.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "imports.h"
#include "log.h"
#include "vm.h"

/* The module, as asc made it: see module.S. */
extern uint8_t module[], module_end[];

static int
answer(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--version"))
        return puts("wasinit " VERSION) == EOF;
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return puts("wasinit " VERSION ": the PID 1 of an initramfs.\n"
                    "Install it as /init; the kernel starts it.\n"
                    "usage: init [--version | --help]") == EOF;
    fprintf(stderr, "%s: not run as PID 1: the kernel starts it, from an initramfs that has it as /init\n", argv[0]);
    return 1;
}

/* The kernel's arguments are the logic's to read (args_get), not for every user to see in /proc/1/cmdline. */
static void
take_arguments(int argc, char **argv)
{
    static char arguments[4096]; /* the kernel's own limit is COMMAND_LINE_SIZE, 2048 */
    static char *taken[64];
    size_t used = 0;

    if (argc > (int)(sizeof(taken) / sizeof(*taken)))
        argc = sizeof(taken) / sizeof(*taken);
    for (int i = 0; i < argc; i++) {
        size_t size = strlen(argv[i]) + 1;
        if (size > sizeof(arguments) - used)
            break;
        taken[i] = memcpy(arguments + used, argv[i], size);
        used += size;
        wasi_set_args(i + 1, taken);
    }
    for (int i = 1; i < argc; i++)
        memset(argv[i], 0, strlen(argv[i]));
}

/* Nothing is left waiting as a zombie while there is no logic. */
static void
reap_for(time_t seconds)
{
    struct timespec left = { .tv_sec = seconds };
    sigset_t child;

    (void)!sigemptyset(&child);
    (void)!sigaddset(&child, SIGCHLD);
    while (sigtimedwait(&child, NULL, &left) == SIGCHLD)
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
}

int
main(int argc, char **argv)
{
    if (getpid() != 1)
        return answer(argc, argv);
    take_arguments(argc, argv);
    bool loaded = vm_load(module, (uint32_t)(module_end - module));
    for (;;) {
        if (loaded)
            vm_run();
        reap_for(1);
    }
}
