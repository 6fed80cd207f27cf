/* Compares host/engine/platform/string.c with the C library; prints what differs. */
#define memchr own_memchr
#define strchr own_strchr
#define strspn own_strspn
#define strcspn own_strcspn
#define strcpy own_strcpy
#define strncpy own_strncpy
#include "../../host/engine/platform/string.c"
#undef memchr
#undef strchr
#undef strspn
#undef strcspn
#undef strcpy
#undef strncpy

#include <stdio.h>
#include <stdlib.h>

void *memchr(const void *, int, size_t);
char *strchr(const char *, int);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);

static void
check(int same, const char *function, const char *string, const char *set)
{
    if (same)
        return;
    printf("%s differs for \"%s\", \"%s\"\n", function, string, set);
    exit(1);
}

static void
fill(char *string, size_t size)
{
    const size_t length = (size_t)rand() % size;

    for (size_t i = 0; i < length; i++)
        string[i] = "ab\xff/"[rand() % 4];
    string[length] = 0;
}

int
main(void)
{
    for (int i = 0; i < 100000; i++) {
        char string[20], set[4], own[32], theirs[32];
        fill(string, sizeof(string));
        fill(set, sizeof(set));
        const size_t size = (size_t)rand() % sizeof(string);
        check(own_memchr(string, *set, size) == memchr(string, *set, size), "memchr", string, set);
        check(own_strchr(string, *set) == strchr(string, *set), "strchr", string, set);
        check(own_strspn(string, set) == strspn(string, set), "strspn", string, set);
        check(own_strcspn(string, set) == strcspn(string, set), "strcspn", string, set);
        memset(own, '#', sizeof(own));
        memset(theirs, '#', sizeof(theirs));
        check(own_strcpy(own, string) == own && !memcmp(own, strcpy(theirs, string), sizeof(own)), "strcpy", string,
              set);
        own_strncpy(own, set, size);
        strncpy(theirs, set, size);
        check(!memcmp(own, theirs, sizeof(own)), "strncpy", string, set);
    }
    printf("done\n");
    return 0;
}
