/* usage: mounts COUNT: mounts /mounts at so many places in it, with names of 130 bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

static int
fail(const char *what)
{
    perror(what);
    return 1;
}

int
main(int argc, char **argv)
{
    const int count = argc == 2 ? atoi(argv[1]) : 0;
    char point[131];

    if (mkdir("/mounts", 0755) || mount("none", "/mounts", "tmpfs", 0, NULL))
        return fail("/mounts");
    for (int i = 0; i < count; i++) {
        (void)snprintf(point, sizeof(point), "/mounts/%0122d", i);
        if (mkdir(point, 0755) || mount("/mounts", point, NULL, MS_BIND, NULL))
            return fail(point);
    }
    return printf("%d\n", count) < 0;
}
