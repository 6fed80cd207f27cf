#include "watchdog.h"

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/time.h>

/*
 * The logic never computes for long: what it does between two waits takes milliseconds. So the seconds of CPU that it
 * uses are counted, from when the kernel last saw it wait (a voluntary context switch). A loop that calls imports ends
 * when the next of them returns; one that calls none, a second later, by a jump out of the signal's handler: then no
 * import can be half done.
 */
#define PATIENCE 3 /* seconds of CPU, in user mode */

/* WAMR does this when the interpreter returns with an exception; from within a loop it does not return. */
extern bool wasm_interp_create_call_stack(wasm_exec_env_t env);

static const char stopped[] = "it is in an endless loop";

static volatile sig_atomic_t watching, seconds;
static wasm_exec_env_t watched;
static sigjmp_buf out;

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
    if (!watching)
        return;
    if (seconds == PATIENCE && watched)
        wasm_runtime_terminate(wasm_runtime_get_module_inst(watched));
    if (seconds > PATIENCE)
        siglongjmp(out, 1);
}

void
watchdog_watch(wasm_exec_env_t env)
{
    watched = env;
}

void
watchdog_reset(void)
{
    seconds = 0;
}

static const char *
watch(const char *(*run)(void))
{
    if (!sigsetjmp(out, 1)) {
        watching = true;
        const char *result = run();
        return seconds < PATIENCE ? result : stopped;
    }
    if (watched && wasm_interp_create_call_stack(watched))
        wasm_runtime_dump_call_stack(watched);
    return stopped;
}

const char *
watchdog_call(const char *(*run)(void))
{
    const struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };
    const struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };

    watched = NULL;
    seconds = 0;
    (void)!sigaction(SIGVTALRM, &action, NULL);
    (void)!setitimer(ITIMER_VIRTUAL, &second, NULL);
    const char *result = watch(run);
    watching = false;
    return result;
}
