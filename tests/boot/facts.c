/*
 * Reports what it was given, a line `NAME: TEXT` each, from `start` to `end`. As /etc/boot it lets the machine power off
 * when it runs for the second time; as /init it does so itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

extern char **environ;

static FILE *report;

static void
tell_words(const char *name, char **words)
{
    for (; *words; words++)
        fprintf(report, "%s: %s\n", name, *words);
}

static void
tell_link(const char *name, const char *path)
{
    char target[256];
    ssize_t length = readlink(path, target, sizeof(target));

    fprintf(report, "%s: %.*s\n", name, (int)length, target);
}

/* All but the two that it has opened itself. */
static void
tell_descriptors(void)
{
    DIR *all = opendir("/proc/self/fd");

    for (struct dirent *entry = readdir(all); entry; entry = readdir(all)) {
        char path[64], name[32];
        int fd = atoi(entry->d_name);
        if (*entry->d_name == '.' || fd == dirfd(all) || fd == fileno(report))
            continue;
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        snprintf(name, sizeof(name), "fd: %d %o", fd, (unsigned)fcntl(fd, F_GETFL) & ~O_LARGEFILE);
        tell_link(name, path);
    }
    (void)!closedir(all);
}

static void
tell_file(const char *name, const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof(line), file))
        fprintf(report, "%s: %s", name, line);
    if (file)
        (void)!fclose(file);
}

static void
tell_number(const char *name, long value)
{
    fprintf(report, "%s: %ld\n", name, value);
}

static void
tell_session(void)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);

    tell_number("parent", getppid());
    tell_number("leads its session", getsid(0) == getpid());
    tell_number("leads its process group", getpgrp() == getpid());
    tell_number("has a terminal", terminal >= 0);
    if (terminal >= 0)
        (void)!close(terminal);
}

static void
tell_timers(void)
{
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
        struct itimerval timer;
        (void)!getitimer(which, &timer);
        tell_number("timer", timer.it_value.tv_sec * 1000000 + timer.it_value.tv_usec);
    }
}

static void
tell_all(char **argv)
{
    int value;

    fprintf(report, "start: %s\n", argv[0]);
    tell_words("argument", argv);
    tell_words("environment", environ);
    tell_descriptors();
    tell_link("directory", "/proc/self/cwd");
    tell_link("root", "/proc/self/root");
    tell_session();
    tell_timers();
    tell_file("status", "/proc/self/status");
    tell_file("limit", "/proc/self/limits");
    tell_file("most threads", "/proc/sys/kernel/threads-max");
    tell_file("OOM adjustment", "/proc/self/oom_score_adj");
    tell_file("cgroup", "/proc/self/cgroup");
    tell_file("personality", "/proc/self/personality");
    tell_file("timer slack", "/proc/self/timerslack_ns");
    tell_number("nice", 20 - syscall(SYS_getpriority, 0, 0));
    tell_number("I/O priority", syscall(SYS_ioprio_get, 1, 0));
    tell_number("scheduler", syscall(SYS_sched_getscheduler, 0));
    tell_number("dumpable", prctl(PR_GET_DUMPABLE));
    tell_number("subreaper", prctl(PR_GET_CHILD_SUBREAPER, &value) ? -1 : value);
    tell_number("signal at the parent's death", prctl(PR_GET_PDEATHSIG, &value) ? -1 : value);
    fprintf(report, "end: %s\n", argv[0]);
}

int
main(int argc, char **argv)
{
    (void)argc;
    if (getpid() == 1) {
        (void)!mkdir("/proc", 0755);
        (void)!mkdir("/dev", 0755);
        (void)!mount("none", "/proc", "proc", 0, NULL);
        (void)!mount("none", "/dev", "devtmpfs", 0, NULL);
    }
    report = fdopen(open(REPORT, O_WRONLY | O_NOCTTY | O_CLOEXEC), "w");
    if (!report)
        return 1;
    tell_all(argv);
    (void)!fclose(report);
    if (getpid() == 1)
        return reboot(RB_POWER_OFF);
    if (!strcmp(argv[0], "/etc/boot"))
        (void)!creat(access("/again", F_OK) ? "/again" : "/poweroff", 0644);
    return 0;
}
