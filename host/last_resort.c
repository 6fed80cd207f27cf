#include "last_resort.h"

#include <limits.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

/* Reaps for so many seconds, or until no process is left or a signal asks for a restart. */
static void
reap(unsigned seconds)
{
    const struct timespec second = { .tv_sec = 1 };
    sigset_t restart;
    pid_t pid = 0;

    (void)!sigemptyset(&restart);
    (void)!sigaddset(&restart, SIGTERM);
    (void)!sigaddset(&restart, SIGINT);
    for (int sig = 0; seconds && pid >= 0 && sig <= 0; seconds--) {
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid == 0)
            sig = sigtimedwait(&restart, NULL, &second);
    }
}

/* In a child: a disk that doesn't answer holds that, and a reboot(2) that fails may end its caller. */
static void
in_child(void (*call)(void))
{
    if (fork() == 0) {
        call();
        _exit(0);
    }
    reap(5);
}

static void
restart(void)
{
    (void)!reboot(RB_AUTOBOOT);
}

void
last_resort(void)
{
    log_line(LOG_CRIT, "the machine restarts when its processes have ended, or on SIGTERM");
    reap(UINT_MAX);
    (void)!kill(-1, SIGTERM);
    reap(5);
    (void)!kill(-1, SIGKILL);
    in_child(sync);
    log_line(LOG_CRIT, "restarting");
    for (;;)
        in_child(restart);
}
