/* Compares host/engine/platform/printf.c with the C library; prints what differs. */
#define vsnprintf host_vsnprintf
#define snprintf host_snprintf
#include "../../host/engine/platform/printf.c"
#undef vsnprintf
#undef snprintf

#include <limits.h>
#include <string.h>

int vsnprintf(char *, size_t, const char *, va_list);
int snprintf(char *, size_t, const char *, ...);

static unsigned compared;

#define COMPARE(...) \
    do { \
        for (size_t size = 0; size <= 80; size++) { \
            char ours[96], theirs[96]; \
            memset(ours, '#', sizeof(ours)); \
            memset(theirs, '#', sizeof(theirs)); \
            int our = host_snprintf(size ? ours : NULL, size, __VA_ARGS__); \
            int their = snprintf(size ? theirs : NULL, size, __VA_ARGS__); \
            compared++; \
            if (our == their && !memcmp(ours, theirs, sizeof(ours))) \
                continue; \
            printf("%s, size %zu: '%.*s' %d instead of '%.*s' %d\n", #__VA_ARGS__, size, (int)size, ours, our, \
                   (int)size, theirs, their); \
            break; \
        } \
    } while (0)

#define EACH(LENGTH, VALUE) \
    COMPARE("%" LENGTH "d", VALUE); \
    COMPARE("<%1" LENGTH "d>", VALUE); \
    COMPARE("<%9" LENGTH "d>", VALUE); \
    COMPARE("<%25" LENGTH "d>", VALUE); \
    COMPARE("<%02" LENGTH "d>", VALUE); \
    COMPARE("<%012" LENGTH "d>", VALUE); \
    COMPARE("<%025" LENGTH "d>", VALUE); \
    COMPARE("<%" LENGTH "u>", VALUE); \
    COMPARE("<%12" LENGTH "u>", VALUE); \
    COMPARE("<%024" LENGTH "u>", VALUE); \
    COMPARE("<%" LENGTH "x>", VALUE); \
    COMPARE("<%02" LENGTH "x>", VALUE); \
    COMPARE("<%17" LENGTH "x>", VALUE)

int
main(void)
{
    const int ints[] = { 0, 1, -1, 9, 10, -10, 255, 256, -12345, INT_MAX, INT_MIN };
    const long longs[] = { 0, 1, -1, 10, 4294967295, 4294967296, -4294967297, INT64_MAX, INT64_MIN };
    const char *const texts[] = { "", "a", "text", "Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "%d", NULL };

    for (size_t i = 0; i < sizeof(ints) / sizeof(*ints); i++) {
        EACH("", ints[i]);
    }
    for (size_t i = 0; i < sizeof(longs) / sizeof(*longs); i++) {
        EACH("l", longs[i]);
        EACH("ll", (long long)longs[i]);
        EACH("z", (size_t)longs[i]);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        COMPARE("%s", texts[i]);
        COMPARE("<%1s>", texts[i]);
        COMPARE("<%5s>", texts[i]);
        COMPARE("<%30s>", texts[i]);
    }
    for (int c = 0; c < 256; c += 5) {
        COMPARE("%c", c);
        COMPARE("<%3c>", c);
    }
    COMPARE("%s", "");
    COMPARE("plain");
    COMPARE("%%");
    COMPARE("100%% of %d%%", 7);
    COMPARE("%s: %c%d %u %x %ld %lu %zu %lld", "several", 'c', -1, 1U, 0xabcU, -2L, 2UL, (size_t)3, -4LL);
    COMPARE("#%02d: 0x%04x - %s\n", 3, 0x12, "function");
    printf("%u compared\n", compared);
    return 0;
}
