/*
 * The service that each init is to start first: it says in the kernel's log that it runs, looks at what PID 1 has
 * done so far, reports that as one line of JSON on the device that the word bench.report=MAJOR:MINOR of the kernel's command
 * line names, and powers the machine off.
 * It brings along what it needs, as some inits mount nothing: its devices, and /proc after the first look at the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPORT "bench.report="
#define MARK "bench: the first service runs"

static int
open_device(const char *path, int major, int minor, int flags)
{
    mknod(path, S_IFCHR | 0600, makedev(major, minor));
    return open(path, flags | O_CLOEXEC);
}

static void
mark(void)
{
    int fd = open_device("/bench-kmsg", 1, 11, O_WRONLY);
    (void)!write(fd, "<6>" MARK "\n", sizeof("<6>" MARK "\n") - 1);
    close(fd);
}

/* Microseconds since the kernel's start, of the line in its log that begins with `text`; -1: there is none. */
static long
logged_at(const char *text)
{
    char record[8192];
    long when = -1;
    int fd = open_device("/bench-kmsg", 1, 11, O_RDONLY | O_NONBLOCK);
    for (;;) {
        ssize_t size = read(fd, record, sizeof(record) - 1);
        if (size < 0 && errno == EPIPE) /* Records were overwritten meanwhile. */
            continue;
        if (size < 0)
            break;
        record[size] = '\0';
        char *line = strchr(record, ';');
        if (line && !strncmp(line + 1, text, strlen(text)))
            sscanf(record, "%*u,%*u,%ld", &when);
    }
    close(fd);
    return when;
}

static int
mount_proc(void)
{
    if (!access("/proc/1/stat", R_OK))
        return 0;
    mkdir("/proc", 0555);
    return !mount("proc", "/proc", "proc", 0, NULL);
}

static long
minor_faults_of_init(void)
{
    long faults = -1;
    FILE *stat = fopen("/proc/1/stat", "r");
    if (stat && fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %ld", &faults) != 1)
        faults = -1;
    return faults;
}

static long
pss_of_init(void)
{
    char line[256];
    long pss = -1;
    FILE *rollup = fopen("/proc/1/smaps_rollup", "r");
    while (rollup && fgets(line, sizeof(line), rollup))
        sscanf(line, "Pss: %ld", &pss);
    return pss;
}

/* File systems besides the root. */
static int
count_mounts(void)
{
    int count = -1, c;
    FILE *mounts = fopen("/proc/self/mounts", "r");
    while (mounts && (c = getc(mounts)) != EOF)
        count += c == '\n';
    return count;
}

/* Leaves a grandchild to PID 1, and tells if that has buried it. */
static int
is_reaped(void)
{
    char path[32];
    int ends[2], orphan = 0;
    (void)!pipe(ends);
    if (!fork()) {
        orphan = fork();
        if (orphan)
            (void)!write(ends[1], &orphan, sizeof(orphan));
        else
            usleep(50000);
        _exit(0);
    }
    (void)!read(ends[0], &orphan, sizeof(orphan));
    wait(NULL);
    usleep(200000);
    snprintf(path, sizeof(path), "/proc/%d", orphan);
    return access(path, F_OK);
}

static int
open_report(void)
{
    char words[4096] = "";
    int major = 0, minor = 0;
    FILE *cmdline = fopen("/proc/cmdline", "r");
    (void)!fgets(words, sizeof(words), cmdline);
    sscanf(strstr(words, REPORT), REPORT "%d:%d", &major, &minor);
    return open_device("/bench-report", major, minor, O_WRONLY);
}

/* Nanoseconds since the machine was switched on, by the counter that begins with it: QEMU has it of its virtual clock. */
static unsigned long
since_power_on(void)
{
    unsigned long ticks, frequency = 1000000000;
#if defined(__x86_64__)
    unsigned long high;
    __asm__ volatile("rdtsc" : "=a"(ticks), "=d"(high));
    ticks |= high << 32;
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
#elif defined(__riscv)
    __asm__ volatile("rdtime %0" : "=r"(ticks));
    frequency = 10000000; /* of the machine `virt` */
#endif
    return (unsigned long)((unsigned __int128)ticks * 1000000000 / frequency);
}

int
main(void)
{
    mark();
    unsigned long power_on = since_power_on();
    int own_proc = mount_proc();
    long faults = minor_faults_of_init();
    int mounts = count_mounts() - own_proc;
    sleep(1); /* PID 1 goes to rest. */
    long pss = pss_of_init();
    int reaps = getpid() != 1 && is_reaped();
    dprintf(open_report(),
            "{ \"run\": %ld, \"mark\": %ld, \"faults\": %ld, \"pss\": %ld, \"mounts\": %d, \"reaps\": %s, \"powerOn\": "
            "%lu }\n",
            logged_at("Run /init as init process"), logged_at(MARK), faults, pss, mounts, reaps ? "true" : "false",
            power_on);
    reboot(RB_POWER_OFF);
    return EXIT_FAILURE;
}
