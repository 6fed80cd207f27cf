#include "watchdog.h"

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/platform/large.h"
#include "last_resort.h"

/*
 * The logic never computes for long: what it does between two waits takes milliseconds. So the seconds of CPU that it
 * uses are counted, from when the kernel last saw it wait (a voluntary context switch). A loop that calls imports ends
 * when the next of them returns; one that calls none, a second later, by a jump out of the signal's handler: then no
 * import can be half done.
 */
#define PATIENCE 3 /* seconds of CPU, in user mode */

static const char stopped[] = "it is in an endless loop";

static wasm_exec_env_t logic_env;              /* NULL: there is no logic that runs */
static volatile sig_atomic_t seconds;          /* of CPU, since it has waited */
static volatile sig_atomic_t can_jump;         /* to `out` */
static sigjmp_buf out;                         /* with the number of the signal */
static void *fault;                            /* the address that a crash was about */
static char handler_stack[16 * 1024] LARGE(5); /* for a crash that is an overflow of the stack */

static bool
has_waited(void)
{
    static long waits;
    struct rusage usage;
    long before = waits;

    (void)!getrusage(RUSAGE_SELF, &usage);
    waits = usage.ru_nvcsw;
    return waits != before;
}

static void
tick(int sig)
{
    (void)sig;
    seconds = has_waited() ? 1 : seconds + 1;
    if (!can_jump)
        return;
    if (seconds == PATIENCE && logic_env)
        wasm_runtime_terminate(wasm_runtime_get_module_inst(logic_env));
    if (seconds > PATIENCE)
        siglongjmp(out, sig);
}

/*
 * A bug of the host or the engine, found by the CPU: the kernel would end PID 1, and so itself. Whether the logic can go
 * on is to be seen; the machine does.
 */
static void
crash(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (getpid() != 1)
        _exit(128 + sig); /* a child */
    if (info->si_code <= 0 && info->si_pid != 1)
        return; /* kill(2) from somewhere */
    fault = info->si_addr;
    if (can_jump)
        siglongjmp(out, sig);
    last_resort();
}

void
watchdog_set_env(wasm_exec_env_t env)
{
    logic_env = env;
}

void
watchdog_reset(void)
{
    seconds = 0;
}

static const char *
dump_call_stack(void)
{
    if (logic_env)
        engine_log_call_stack(logic_env);
    return NULL;
}

/* Returns what `run` returned, or NULL and the signal that ended it. */
static const char *
call_guarded(const char *(*run)(void), int *sig)
{
    const char *result = NULL;

    seconds = 0;
    *sig = sigsetjmp(out, 1);
    if (*sig == 0) {
        can_jump = true;
        result = run();
    }
    can_jump = false;
    return result;
}

void
watchdog_start(void)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    const stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };
    const struct sigaction loops = { .sa_handler = tick, .sa_flags = SA_RESTART };
    struct sigaction faults = { .sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigset_t handled;

    (void)!sigfillset(&faults.sa_mask); /* that stack has no room for several that are sent at once */
    (void)!sigemptyset(&handled);
    (void)!sigaddset(&handled, SIGVTALRM);
    (void)!sigaction(SIGVTALRM, &loops, NULL);
    (void)!sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
        (void)!sigaddset(&handled, crashes[i]);
        (void)!sigaction(crashes[i], &faults, NULL);
    }
    (void)!sigprocmask(SIG_UNBLOCK, &handled, NULL);
}

const char *
watchdog_call(const char *(*run)(void))
{
    const struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };
    static char crashed[64];
    int sig, ignored;

    logic_env = NULL;
    (void)!setitimer(ITIMER_VIRTUAL, &second, NULL);
    const char *result = call_guarded(run, &sig);
    if (sig == 0)
        return seconds < PATIENCE ? result : stopped;
    (void)!call_guarded(dump_call_stack, &ignored);
    if (sig == SIGVTALRM)
        return stopped;
    (void)!snprintf(crashed, sizeof(crashed), "the host has crashed: signal %d at %p", sig, fault);
    return crashed;
}
