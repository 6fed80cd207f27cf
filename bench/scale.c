/*
 * A stage that gives PID 1 work. The kernel's command line tells which, as `bench=WORK,COUNT`, or several with `:` between
 * them. The console gets a line `bench: WORK COUNT NANOSECONDS`, of PID 1's CPU time.
 * A work that ends the machine leaves two marks instead: what is between them is the cost of a mark.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FEW 100 /* orphans that end one at a time */
#define MOST 20000
/* in microseconds */
#define POLL 20000
#define DITHER 370 /* between ends: they come at all points of the kernel's tick */

static pid_t *pids; /* of the orphans */
static int ends[2]; /* of the pipe that they wait at */

static void
must(bool works, const char *what)
{
    if (works)
        return;
    printf("bench: can't %s: %s\n", what, strerror(errno));
    (void)!reboot(RB_AUTOBOOT);
}

static void
rest(long microseconds)
{
    const struct timespec time = { .tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000 };

    (void)!nanosleep(&time, NULL);
}

static long long
cpu_of_init(void)
{
    clockid_t clock;
    struct timespec time;

    must(!clock_getcpuclockid(1, &clock) && !clock_gettime(clock, &time), "read the CPU clock of PID 1");
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The end of the pipe comes when nobody is left who could write. */
static void
wait_for_end(void)
{
    char byte;

    (void)!setpgid(0, 0); /* What ends the stage does not end this. */
    (void)!close(ends[1]);
    _exit((int)read(ends[0], &byte, 1));
}

static void
fork_all(pid_t *orphans, long count)
{
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0)
            wait_for_end();
        if (child < 0)
            _exit(errno);
        orphans[i] = child;
    }
    _exit(0);
}

static void
leave_orphans(pid_t *orphans, long count)
{
    int status;
    pid_t parent = fork();

    if (parent == 0)
        fork_all(orphans, count);
    must(parent > 0 && waitpid(parent, &status, 0) == parent, "fork");
    errno = WEXITSTATUS(status);
    must(status == 0, "fork the orphans");
    rest(200000); /* All of them get to their read. */
}

/* A zombie can still be sent a signal. */
static void
wait_for_reaping(const pid_t *orphans, long count)
{
    for (long i = 0; i < count; i++)
        while (!kill(orphans[i], 0))
            rest(POLL);
}

static void
end_all(const pid_t *orphans, long count)
{
    (void)!close(ends[1]);
    (void)!close(ends[0]);
    wait_for_reaping(orphans, count);
    rest(POLL);
}

/* All orphans end at once. */
static void
burst(const char *work, long count)
{
    must(!pipe(ends), "make a pipe");
    leave_orphans(pids, count);
    const long long before = cpu_of_init();
    end_all(pids, count);
    printf("bench: %s %ld %lld\n", work, count, cpu_of_init() - before);
}

static int
compare(const void *left, const void *right)
{
    const long long a = *(const long long *)left, b = *(const long long *)right;

    return (a > b) - (a < b);
}

static long long
cost_of_end(pid_t orphan)
{
    const long long before = cpu_of_init();

    (void)!kill(orphan, SIGKILL);
    wait_for_reaping(&orphan, 1);
    return cpu_of_init() - before;
}

/*
 * A few orphans end, one at a time, while PID 1 has `count` others, which are before them in the kernel's list. What the
 * kernel frees, and does from time to time, it charges to whoever runs: thus the median.
 */
static void
single(const char *work, long count)
{
    long long costs[FEW];

    must(!pipe(ends), "make a pipe");
    leave_orphans(pids, count);
    leave_orphans(pids + count, FEW);
    for (long i = 0; i < FEW; i++) {
        rest(i * DITHER);
        costs[i] = cost_of_end(pids[count + i]);
    }
    qsort(costs, FEW, sizeof(*costs), compare);
    printf("bench: %s %ld %lld\n", work, count, costs[FEW / 2]);
    end_all(pids, count);
}

/* To the log, and to the console: 0 is the level that always is. */
static void
mark(int log)
{
    static const char text[] = "<0>bench: mark";

    must(write(log, text, sizeof(text) - 1) > 0, "write to the log");
}

static int
open_log(void)
{
    const char *path = "/bench-log"; /* It depends on no PID 1 whether there is /dev/kmsg. */

    must(!mknod(path, S_IFCHR, makedev(1, 11)), "make a device");
    int log = open(path, O_WRONLY | O_CLOEXEC);
    must(log >= 0, "open the log");
    return log;
}

/* Ends the machine, by PID 1. */
static void
stop(void)
{
    int log = open_log();

    mark(log);
    mark(log);
    (void)!kill(1, SIGTERM);
    rest(600000000);
}

static void
stop_with_children(const char *work, long count)
{
    (void)work;
    must(!pipe(ends), "make a pipe");
    leave_orphans(pids, count);
    stop();
}

static void
mount_all(const char *source, long count)
{
    char point[32];

    must(!mkdir("/mounts", 0755), "make a directory");
    for (long i = 0; i < count; i++) {
        (void)snprintf(point, sizeof(point), "/mounts/%ld", i);
        must(!mkdir(point, 0755), "make a directory");
        must(!mount(source, point, "tmpfs", 0, "size=4k"), "mount");
    }
    rest(200000);
}

static void
stop_with_mounts(const char *work, long count)
{
    (void)work;
    mount_all("none", count);
    stop();
}

/* What has a source in /dev counts as a disk: it is to be made read-only and unmounted. */
static void
stop_with_disks(const char *work, long count)
{
    (void)work;
    mount_all("/dev/bench", count);
    stop();
}

static const struct {
    const char *name;
    void (*run)(const char *work, long count);
} works[] = {
    /* clang-format off */
    { "burst", burst },
    { "single", single },
    { "stop", stop_with_children },
    { "mounts", stop_with_mounts },
    { "disks", stop_with_disks },
    /* clang-format on */
};

static void
run(const char *work, long count)
{
    for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++)
        if (!strcmp(works[i].name, work))
            works[i].run(work, count);
}

int
main(void)
{
    char *plan = getenv("bench");

    must(plan, "find the work: no bench=");
    (void)!setvbuf(stdout, NULL, _IOLBF, 0);
    pids = mmap(NULL, MOST * sizeof(*pids), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(pids != MAP_FAILED, "map memory");
    rest(500000); /* What the kernel has to do after a boot is not PID 1's. */
    for (char *work = strtok(plan, ":"); work; work = strtok(NULL, ":")) {
        char *count = strchr(work, ',');
        must(count, "find the count");
        *count = 0;
        run(work, atol(count + 1));
    }
    (void)!reboot(RB_AUTOBOOT);
    return 1;
}
