/* Leaves as many orphans to PID 1 as its argument says, and waits for none of them. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    long left = argc > 1 ? atol(argv[1]) : 0;

    while (left > 0) {
        pid_t parent = fork();
        if (parent == 0)
            _exit(fork() < 0);
        int status = 1;
        if (parent > 0)
            (void)!waitpid(parent, &status, 0);
        if (!status)
            left--;
    }
    return 0;
}
