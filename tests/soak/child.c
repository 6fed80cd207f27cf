/* Ends at once; as /bin/parent it leaves an orphan to PID 1, which ends after it. */
#include <sched.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    if (argc != 1 || strcmp(argv[0], "/bin/parent"))
        return 0;
    pid_t child = fork();
    while (child == 0 && getppid() != 1)
        (void)!sched_yield();
    return child < 0;
}
