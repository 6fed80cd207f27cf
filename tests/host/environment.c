/* What host/imports/environment.c and host/engine/platform/qsort.c promise; prints what does not hold. */
#define _GNU_SOURCE
#define qsort host_qsort
#include "../../host/imports/environment.c"
#include "../../host/engine/platform/qsort.c"
#undef qsort

#include <stdio.h>

#define CHECK(CONDITION) ((CONDITION) ? (void)0 : (void)printf("line %d: not %s\n", __LINE__, #CONDITION))

static bool
is(const char *name, const char *value)
{
    const char *found = getenv(name);

    return value ? found && !strcmp(found, value) : !found;
}

static bool
fails(int result, int error)
{
    return result == -1 && errno == error;
}

static size_t
count(void)
{
    size_t all = 0;

    while (environ[all])
        all++;
    return all;
}

static void
check_set(void)
{
    char given[] = "GIVEN=by the kernel", other[] = "NAMES=x", *start[] = { given, other, NULL };
    char name[] = "OWN", value[] = "own";

    environ = start;
    CHECK(!environment_set("GIVEN", "no", 0) && is("GIVEN", "by the kernel"));
    CHECK(!environment_set("GIVEN", "yes", 1) && is("GIVEN", "yes"));
    CHECK(!strcmp(given, "GIVEN=by the kernel")); /* the kernel's memory may be shorter than the value */
    CHECK(!environment_set("GIVEN", "a longer one than before", 1) && is("GIVEN", "a longer one than before"));
    for (int i = 0; i < 10000; i++)
        CHECK(!environment_set("GIVEN", i % 2 ? "a longer one than before" : "short", 1));
    CHECK(!environment_set("GIVEN", "", 1) && is("GIVEN", ""));
    CHECK(!environment_set("GONE", "x", 1) && !environment_set("STAYS", "y", 1) && !environment_set("GONE", NULL, 1));
    CHECK(!environment_get("GONE") && is("STAYS", "y") && !environment_set("GONE", NULL, 1));
    CHECK(!environment_set("NAME", "is another", 1) && is("NAMES", "x") && is("NAME", "is another"));
    CHECK(!environment_set("NAM", "=", 0) && is("NAM", "=") && is("NAME", "is another"));
    CHECK(!environment_set(name, value, 1));
    name[0] = value[0] = '?';
    CHECK(is("OWN", "own"));
    CHECK(count() == 6);
    CHECK(fails(environment_set("", "x", 1), EINVAL));
    CHECK(fails(environment_set("A=B", "x", 1), EINVAL));
    CHECK(fails(environment_set("=", "x", 1), EINVAL));
    CHECK(count() == 6);
}

/* More than 128 do not go in; those that did stay, and can be set. */
static void
check_many(void)
{
    char name[8];
    size_t before = count();

    for (size_t i = before; i < 200; i++) {
        (void)snprintf(name, sizeof(name), "V%zu", i);
        CHECK(i < 128 ? !environment_set(name, name, 1) : fails(environment_set(name, name, 1), ENOMEM));
    }
    CHECK(count() == 128);
    for (size_t i = before; i < 200; i++) {
        (void)snprintf(name, sizeof(name), "V%zu", i);
        CHECK(is(name, i < 128 ? name : NULL));
    }
    CHECK(!environment_set("V100", "again", 1) && is("V100", "again"));
    CHECK(!environment_set("V127", "last", 1) && is("V127", "last") && count() == 128);
}

/* Values of more than 64 kB do not go in; the one that was stays. */
static void
check_large(void)
{
    static char large[70000], half[40000];

    memset(large, 'l', sizeof(large) - 1);
    memset(half, 'h', sizeof(half) - 1);
    CHECK(fails(environment_set("V90", large, 1), ENOMEM) && is("V90", "V90"));
    CHECK(!environment_set("V90", half, 1) && is("V90", half));
    CHECK(fails(environment_set("V91", half, 1), ENOMEM) && is("V91", "V91"));
    for (int i = 0; i < 100; i++) { /* what is as long takes no more room */
        half[0] = (char)('a' + i % 26);
        CHECK(!environment_set("V90", half, 1) && is("V90", half));
    }
    CHECK(!environment_set("V92", "v92", 1) && is("V92", "v92"));
}

static void
check_too_many_given(void)
{
    static char *given[202];
    char one[] = "ONE=1";

    for (int i = 0; i < 200; i++)
        given[i] = one;
    environ = given;
    CHECK(fails(environment_set("ONE", "2", 1), ENOMEM) && is("ONE", "1") && count() == 200);
}

struct item {
    int key, place;
    char filler;
};

static int
compare(const void *a, const void *b)
{
    const struct item *left = a, *right = b;

    return (left->key > right->key) - (left->key < right->key);
}

static void
check_sorted(int count, unsigned multiplier, unsigned keys)
{
    struct item items[100];
    long sum = 0;

    for (int i = 0; i < count; i++) {
        items[i] = (struct item){ .key = (int)(i * multiplier % keys) - 5, .place = i, .filler = (char)i };
        sum += items[i].key;
    }
    host_qsort(items, (size_t)count, sizeof(*items), compare);
    for (int i = 0; i < count; i++) {
        sum -= items[i].key;
        CHECK(items[i].key == (int)(items[i].place * multiplier % keys) - 5 && items[i].filler == (char)items[i].place);
        CHECK(i == 0 || items[i - 1].key < items[i].key
              || (items[i - 1].key == items[i].key && items[i - 1].place < items[i].place));
    }
    CHECK(sum == 0);
}

int
main(void)
{
    check_set();
    check_many();
    check_large();
    check_too_many_given();
    for (int i = 0; i <= 100; i++) {
        check_sorted(i, 1, 1000);   /* sorted */
        check_sorted(i, 999, 1000); /* the other way round */
        check_sorted(i, 37, 101);
        check_sorted(i, 7, 3); /* few keys */
    }
    printf("done\n");
    return 0;
}
