#include "last_resort.h"

#include <limits.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

/* Reaps for so many seconds, or until no process is left or one of `signals` comes. */
static void
reap(unsigned seconds, const sigset_t *signals)
{
    const struct timespec second = { .tv_sec = 1 };
    pid_t pid = 0;

    for (int sig = 0; seconds && pid >= 0 && sig <= 0; seconds--) {
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid == 0)
            sig = sigtimedwait(signals, NULL, &second);
    }
}

void
last_resort(void)
{
    sigset_t none, restart;

    (void)!sigemptyset(&none);
    (void)!sigemptyset(&restart);
    (void)!sigaddset(&restart, SIGTERM);
    (void)!sigaddset(&restart, SIGINT);
    log_line(LOG_CRIT, "the machine restarts when its processes have ended, or on SIGTERM");
    reap(UINT_MAX, &restart);
    (void)!kill(-1, SIGTERM);
    reap(5, &none);
    (void)!kill(-1, SIGKILL);
    if (_Fork() == 0) { /* which a disk that doesn't answer may hold */
        sync();
        _exit(0);
    }
    reap(30, &none);
    log_line(LOG_CRIT, "restarting");
    for (;; sleep(1))
        (void)!reboot(RB_AUTOBOOT);
}
