/* qsort(3), for the few exports of a module, which WAMR sorts by name: that of the C library is 2 kB. */
#include <stdlib.h>
#include <string.h>

static void
swap(char *a, char *b, size_t size)
{
    for (; size; size--, a++, b++) {
        char byte = *a;
        *a = *b;
        *b = byte;
    }
}

void
qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *const first = base, *const end = first + count * size;

    for (char *next = first; next < end; next += size)
        for (char *each = next; each > first && compare(each - size, each) > 0; each -= size)
            swap(each - size, each, size);
}
