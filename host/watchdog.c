#include "watchdog.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

/*
 * The logic never computes for long: what it does between two waits takes milliseconds. So the CPU time of PID 1 is
 * counted, in seconds since it waited. A loop that calls imports ends when the next of them returns; one that calls
 * none, a second later, by a jump out of the signal's handler: then no import can be half done.
 */
#define PATIENCE 3 /* seconds of CPU */

/* WAMR does this when the interpreter returns with an exception; from within a loop it does not return. */
extern bool wasm_interp_create_call_stack(wasm_exec_env_t env);

static const char stopped[] = "it is in an endless loop";

static volatile sig_atomic_t seconds;
static wasm_exec_env_t watched;
static sigjmp_buf out;

static void
tick(int sig)
{
    (void)sig;
    if (!watched)
        return;
    seconds++;
    if (seconds == PATIENCE)
        wasm_runtime_terminate(wasm_runtime_get_module_inst(watched));
    if (seconds > PATIENCE)
        siglongjmp(out, 1);
}

void
watchdog_reset(void)
{
    seconds = 0;
}

static const char *
watch(const char *(*run)(wasm_exec_env_t env))
{
    if (!sigsetjmp(out, 1)) {
        const char *result = run(watched);
        return seconds < PATIENCE ? result : stopped;
    }
    if (wasm_interp_create_call_stack(watched))
        wasm_runtime_dump_call_stack(watched);
    return stopped;
}

const char *
watchdog_call(const char *(*run)(wasm_exec_env_t env), wasm_exec_env_t env)
{
    const struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };
    const struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };

    watchdog_reset();
    watched = env;
    (void)!sigaction(SIGVTALRM, &action, NULL);
    (void)!setitimer(ITIMER_VIRTUAL, &second, NULL);
    const char *result = watch(run);
    watched = NULL;
    return result;
}
