#include "last_resort.h"

#include <fcntl.h>
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

/*
 * Tells the kernel what SysRq and `key` would. Not in a container, whose kernel is another system's: process 2 is the
 * kernel's own where it is in no process group.
 */
static void
press(const char *key)
{
    int trigger = getpgid(2) ? -1 : open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

    (void)!write(trigger, key, 1);
    (void)!close(trigger);
}

/*
 * Leaves the disks with all written and nothing to recover. The kernel makes them read-only in its own time and tells
 * nobody when it has: a sync waits for it, as far as disks answer.
 */
static void
leave_disks(const sigset_t *none)
{
    press("s");
    press("u");
    (void)!sleep(1);
    pid_t child = _Fork();
    if (child == 0) { /* which a disk that doesn't answer may hold */
        sync();
        _exit(0);
    }
    if (child < 0)
        (void)!sleep(10); /* Nobody can be asked. */
    reap(30, none);
    (void)!sleep(2);
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
    reap(60, &none); /* Longer than the grace period, which only the logic knew, is for most. */
    (void)!kill(-1, SIGKILL);
    reap(5, &none);
    leave_disks(&none);
    log_line(LOG_CRIT, "restarting");
    for (;; sleep(1))
        (void)!reboot(RB_AUTOBOOT);
}
