/* What PID 1 does here, as C would do it: runs /etc/boot, reaps what dies, and on SIGTERM ends all and restarts. */
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 20000 /* disks */

static sigset_t signals;

static void
start(const char *path)
{
    if (fork())
        return;
    (void)!sigprocmask(SIG_UNBLOCK, &signals, NULL);
    (void)!setsid();
    (void)!execl(path, path, NULL);
    _exit(127);
}

/* Reaps until a signal asks for the end. */
static void
reap(void)
{
    do
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    while (sigwaitinfo(&signals, NULL) != SIGTERM);
}

static void
end_processes(void)
{
    (void)!kill(-1, SIGTERM);
    (void)!kill(-1, SIGCONT);
    while (waitpid(-1, NULL, 0) > 0)
        ;
}

static int
find_disks(char **points, int most)
{
    FILE *file = setmntent("/proc/mounts", "r");
    struct mntent *entry;
    int count = 0;

    while (file && count < most && (entry = getmntent(file)))
        if (!strncmp(entry->mnt_fsname, "/dev/", 5))
            points[count++] = strdup(entry->mnt_dir);
    if (file)
        (void)!endmntent(file);
    return count;
}

static void
leave_disks(void)
{
    static char *points[MOST];

    sync();
    int count = find_disks(points, MOST);
    for (int i = count - 1; i >= 0; i--)
        (void)!mount(NULL, points[i], NULL, MS_REMOUNT | MS_RDONLY, NULL);
    for (int i = count - 1; i >= 0; i--)
        (void)!umount2(points[i], UMOUNT_NOFOLLOW);
}

int
main(void)
{
    (void)!sigfillset(&signals);
    (void)!sigprocmask(SIG_SETMASK, &signals, NULL);
    (void)!mkdir("/proc", 0555);
    (void)!mount("none", "/proc", "proc", 0, NULL);
    start("/etc/boot");
    reap();
    end_processes();
    leave_disks();
    return reboot(RB_AUTOBOOT);
}
