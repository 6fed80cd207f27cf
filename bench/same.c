/*
 * The same in C: what wasinit asks of the kernel until /etc/boot runs, the same system calls in the same order, without
 * TypeScript, WebAssembly, and any care for errors. A yardstick, no init: it only reaps, and never ends the machine.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../host/imports/clone3.c"

#define SIGNALS 64 /* of the kernel */
#define NOSE (MS_NOSUID | MS_NOEXEC)
#define VERSION "<6>init: wasinit 0.1.0\n"
#define RUNNING "<6>init: running /etc/boot\n"
#define PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static char *environment[64] = { PATH };
static const unsigned long none[8]; /* the kernel's struct sigaction and sigset_t: SIG_DFL, no signal */
static char handler_stack[16 * 1024];
static sigjmp_buf out;

static void
on_signal(int sig)
{
    (void)sig;
}

/* host/init.c, host/watchdog.c */
static void
set_signals(void)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    static const stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };
    static const struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    struct timespec now;
    sigset_t set;

    for (int sig = 1; sig <= SIGNALS; sig++)
        syscall(SYS_rt_sigaction, sig, none, NULL, SIGNALS / 8);
    sigfillset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    sigaction(SIGVTALRM, &action, NULL);
    sigaltstack(&stack, NULL);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGVTALRM);
    for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
        sigaddset(&set, crashes[i]);
        sigaction(crashes[i], &action, NULL);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    setitimer(ITIMER_VIRTUAL, &second, NULL);
    (void)!sigsetjmp(out, 1);
}

/* The kernel's TERM stays; it gives no PATH. */
static void
set_environment(void)
{
    for (size_t i = 0; environ[i] && i + 2 < sizeof(environment) / sizeof(*environment); i++)
        environment[i + 1] = environ[i];
}

static void
mount_on(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
    mkdir(target, 0755);
    mount(source, target, type, flags, data);
}

static void
mount_file_systems(void)
{
    mount_on(NULL, "/", NULL, MS_REMOUNT | MS_NOSUID, NULL);
    mount_on("none", "/proc", "proc", NOSE | MS_NODEV, NULL);
    mount_on("none", "/dev", "devtmpfs", NOSE | MS_STRICTATIME, NULL);
    mount_on("none", "/sys", "sysfs", NOSE | MS_NODEV, NULL);
    mount_on("none", "/sys/fs/cgroup", "cgroup2", NOSE | MS_NODEV, NULL);
    mount_on("devpts", "/dev/pts", "devpts", NOSE, "gid=5,mode=0620");
}

static void
open_as(int fd, const char *path)
{
    int opened = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    dup2(opened, fd);
    close(opened);
    syscall(SYS_fcntl, fd, F_SETFL, 0);
}

static void
open_standard_streams(void)
{
    open_as(STDIN_FILENO, "/dev/null");
    open_as(STDOUT_FILENO, "/dev/console");
    open_as(STDERR_FILENO, "/dev/kmsg");
    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
}

static void
share(const char *path)
{
    mkdir(path, 01777);
    chmod(path, 01777);
}

static void
make_links(void)
{
    (void)!symlink("/proc/mounts", "/etc/mtab");
    (void)!symlink("/proc/self/fd", "/dev/fd");
    (void)!symlink("/proc/self/fd/0", "/dev/stdin");
    (void)!symlink("/proc/self/fd/1", "/dev/stdout");
    (void)!symlink("/proc/self/fd/2", "/dev/stderr");
    share("/dev/shm");
    share("/tmp");
}

static void
set_up(void)
{
    struct statfs root;

    (void)!chdir("/");
    set_environment();
    mount_file_systems();
    open_standard_streams();
    make_links();
    int fd = open("/proc/sys/kernel/printk_devkmsg", O_WRONLY | O_CLOEXEC);
    (void)!write(fd, "on\n", 3);
    close(fd);
    reboot(RB_DISABLE_CAD);
    (void)!statfs("/", &root);
    unlink("/init");
    (void)!write(STDERR_FILENO, VERSION, sizeof(VERSION) - 1);
}

static int pending; /* which the kernel clears when the program is executed */

static int
execute(void *unused)
{
    static char *const argv[] = { "/etc/boot", NULL };

    (void)unused;
    syscall(SYS_set_tid_address, &pending);
    setsid();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, SIGNALS / 8);
    execve(argv[0], argv, environment);
    _exit(127);
}

static void
run_boot(void)
{
    static const struct timespec second = { .tv_sec = 1 };
    static char stack[1024] __attribute__((aligned(16)));
    struct timespec now;

    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    (void)!write(STDERR_FILENO, RUNNING, sizeof(RUNNING) - 1);
    pending = 1;
    clone3_default(execute, stack, sizeof(stack));
    syscall(SYS_futex, &pending, 0 /* FUTEX_WAIT */, 1, &second, NULL, 0);
}

static void
wait_for_children(void)
{
    static const unsigned long every = ~0UL;
    int status;

    for (;;) {
        while (waitpid(-1, &status, WNOHANG) > 0)
            ;
        syscall(SYS_rt_sigtimedwait, &every, NULL, NULL, SIGNALS / 8);
    }
}

int
main(void)
{
    if (getpid() != 1)
        return 1;
    set_signals();
    set_up();
    run_boot();
    wait_for_children();
}
