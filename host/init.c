/*
 * /init: keeps the logic alive. What PID 1 does is decided there, in assembly/; here is no string of policy.
 */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "imports/environment.h"
#include "imports/imports.h"
#include "last_resort.h"
#include "log.h"
#include "relay.h"
#include "vm.h"
#include "watchdog.h"

/* in milliseconds */
#define SECOND 1000
#define MINUTE (60 * SECOND)
#define LONGEST_DELAY (16 * SECOND)

#define NAME "wasinit " VERSION

/* Returns the exit status. */
static int
say(int fd, const char *text)
{
    const size_t length = strlen(text);

    return write(fd, text, length) != (ssize_t)length || fd == STDERR_FILENO;
}

/* Beside PID 1, on whose stack what the relay has there is not to be. */
static __attribute__((noinline)) int
answer(int argc, char **argv)
{
    static const char version[] = NAME "\n"; /* by which `wasinit inspect` knows it, too */
    static const char usage[] = NAME ": the PID 1 of an initramfs.\n"
                                     "Install it as /init; the kernel starts it.\n"
                                     "usage: init [--version | --help | --check | --log NAME [COMMAND [ARGUMENT...]]]\n"
                                     "--check tells whether the kernel that lies ready would be started.\n";

    if (argc > 2 && !strcmp(argv[1], "--log"))
        return relay(argv[2], argv + 3);
    if (argc == 2 && !strcmp(argv[1], "--version"))
        return say(STDOUT_FILENO, version);
    if (argc > 1)
        return say(argc == 2 && !strcmp(argv[1], "--help") ? STDOUT_FILENO : STDERR_FILENO, usage);
    return say(STDERR_FILENO, "init: not run as PID 1: the kernel starts it, from an initramfs that has it as /init\n");
}

static int64_t
milliseconds(void)
{
    struct timespec time;

    (void)!syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time); /* not by the vDSO, which is a page more */
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* For each instance anew: it may have closed it. */
static void
open_root(void)
{
    if (vm_needs_root())
        wasi_open_root();
}

/* Beside PID 1, for somebody at a terminal: Ctrl-C ends it. */
static int
check(void)
{
    sigset_t child;

    (void)!sigemptyset(&child);
    (void)!sigaddset(&child, SIGCHLD);
    (void)!signal(SIGCHLD, SIG_DFL); /* who execs this may have it ignored, and then nothing is to be waited for */
    (void)!sigprocmask(SIG_SETMASK, &child, NULL);
    log_is_plain = true;
    if (!vm_load())
        return 1;
    open_root();
    const int status = vm_ask("check");
    return status < 0 ? 1 : status;
}

/* Nothing is left waiting as a zombie while there is no logic. */
static void
reap_for(int64_t time)
{
    const int64_t end = milliseconds() + time;
    sigset_t child;

    (void)!sigemptyset(&child);
    (void)!sigaddset(&child, SIGCHLD);
    for (int64_t left = time; left > 0; left = end - milliseconds()) {
        const struct timespec most = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };
        (void)!sigtimedwait(&child, NULL, &most);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
}

/* Whether the logic has ended five times within a minute, now among them. */
static bool
ends_too_often(void)
{
    static int64_t ends[5];
    static unsigned count;
    const unsigned most = sizeof(ends) / sizeof(*ends);

    ends[count++ % most] = milliseconds();
    return count >= most && milliseconds() - ends[count % most] < MINUTE;
}

int
main(int argc, char **argv)
{
    sigset_t every;

    if (getpid() != 1)
        return argc == 2 && !strcmp(argv[1], "--check") ? check() : answer(argc, argv);
    reset_signals();
    (void)!sigfillset(&every);
    (void)!sigprocmask(SIG_SETMASK, &every, NULL); /* They wait for sigtimedwait: without a handler they were lost. */
    watchdog_start();
    arguments_take(argc, argv);
    if (!vm_load()) {
        reap_for(5 * SECOND); /* There is no log yet: the reason is to be read on the console. */
        last_resort();
    }
    for (int64_t delay = SECOND;; delay = delay < LONGEST_DELAY ? 2 * delay : delay) {
        const int64_t start = milliseconds();
        open_root();
        const bool usable = vm_run();
        if (getpid() != 1)
            _exit(1); /* a child that the logic forked */
        if (!usable || ends_too_often())
            last_resort();
        if (milliseconds() - start >= MINUTE)
            delay = SECOND;
        reap_for(delay);
    }
}
