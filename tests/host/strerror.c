/* Compares host/engine/platform/strerror.c with the C library's, which has its words; prints what differs. */
#define strerror own_strerror
#include "../../host/engine/platform/strerror.c"
#undef strerror

char *strerror(int);

#include <stdlib.h>

int
main(void)
{
    int compared = 0, failed = 0;

    for (int error = -1; error < 200; error++) {
        char other[32];
        const char *own = own_strerror(error), *theirs = strerror(error);
        snprintf(other, sizeof(other), "error %d", error);
        if (!strcmp(own, other) || error == EUCLEAN)
            continue;
        compared++;
        if (strcmp(own, theirs)) {
            printf("%d: %s, and not %s\n", error, own, theirs);
            failed = 1;
        }
    }
    printf("%d compared\n", compared);
    return failed;
}
