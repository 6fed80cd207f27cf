/*
 * usage: burst COUNT
 * Leaves COUNT orphans to PID 1, lets them all die at once, and prints how many microseconds later the last is reaped.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
microseconds(void)
{
    struct timespec time;

    (void)!clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Each waits for the end of the pipe: it comes when nobody is left who could write. */
static int
leave_orphans(pid_t *pids, long count, const int *ends)
{
    for (long i = 0; i < count; i++) {
        char byte;
        pid_t child = fork();
        if (child < 0)
            return 1;
        if (child == 0) {
            (void)!close(ends[1]);
            _exit((int)read(ends[0], &byte, 1));
        }
        pids[i] = child;
    }
    return 0;
}

/* A zombie can still be sent a signal. */
static void
wait_for_all(const pid_t *pids, long count)
{
    const struct timespec pause = { .tv_nsec = 100000 };

    for (long i = 0; i < count; i++)
        while (!kill(pids[i], 0) || errno != ESRCH)
            (void)!nanosleep(&pause, NULL);
}

int
main(int argc, char **argv)
{
    const long count = argc > 1 ? atol(argv[1]) : 0;
    const struct timespec pause = { .tv_nsec = 200000000 };
    pid_t *pids = mmap(NULL, (size_t)count * sizeof(*pids), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2], status;

    if (pids == MAP_FAILED || pipe(ends))
        return 1;
    pid_t parent = fork();
    if (parent == 0)
        _exit(leave_orphans(pids, count, ends));
    if (parent < 0 || waitpid(parent, &status, 0) != parent || status)
        return 1;
    (void)!nanosleep(&pause, NULL); /* The last of them get to their read. */
    const long released = microseconds();
    (void)!close(ends[1]);
    wait_for_all(pids, count);
    printf("%ld\n", microseconds() - released);
    return 0;
}
