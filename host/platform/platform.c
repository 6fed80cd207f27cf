#include "platform_api_vmcore.h"

#include <stdio.h>
#include <sys/mman.h>

#include "../log.h"
#include "arena.h"

#define ARENA_SIZE (1024 * 1024) /* bytes; what is not used of it is never mapped */
#define PAGE_SIZE 65536 /* bytes, of WebAssembly */
#define ALIGN 16
#define STACK_LINES 32 /* of a call stack are logged */

/* A taken piece of the arena: its size stands in front of it, for os_realloc. */
struct piece {
    size_t size;
    uint8_t bytes[] __attribute__((aligned(ALIGN)));
};

static uint8_t arena[ARENA_SIZE] __attribute__((aligned(ALIGN)));
static uint8_t *unused = arena;

/* The first page of linear memory, which is all that the logic uses, comes with the program. */
static uint8_t first_page[PAGE_SIZE] __attribute__((aligned(4096)));
static bool first_page_taken, first_page_used;

void *
arena_mark(void)
{
    return unused;
}

void
arena_release(void *mark)
{
    unused = mark;
    first_page_taken = false; /* by an instance which was stopped as it started, and so can't give it back */
}

static size_t
aligned(size_t size)
{
    return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *
os_malloc(unsigned size)
{
    struct piece *piece = (struct piece *)unused;
    size_t needed = sizeof(*piece) + aligned(size);

    if (needed > (size_t)(arena + sizeof(arena) - unused))
        return NULL;
    unused += needed;
    piece->size = size;
    return piece->bytes;
}

void *
os_realloc(void *bytes, unsigned size)
{
    void *moved = os_malloc(size);

    if (moved && bytes) {
        const struct piece *old = (struct piece *)((uint8_t *)bytes - sizeof(struct piece));
        memcpy(moved, bytes, old->size < size ? old->size : size);
    }
    return moved;
}

/* Only what was taken last can be given back: the stack of the module's start function is, for that of `boot`. */
void
os_free(void *bytes)
{
    struct piece *piece = (struct piece *)((uint8_t *)bytes - sizeof(*piece));

    if (bytes && (uint8_t *)bytes + aligned(piece->size) == unused)
        unused = (uint8_t *)piece;
}

static void *
take_first_page(void)
{
    if (first_page_used)
        memset(first_page, 0, sizeof(first_page));
    first_page_taken = first_page_used = true;
    return first_page;
}

void *
os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file)
{
    (void)hint, (void)prot, (void)flags, (void)file;
    if (size <= sizeof(first_page) && !first_page_taken)
        return take_first_page();
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void
os_munmap(void *memory, size_t size)
{
    if (memory == first_page)
        first_page_taken = false;
    else
        (void)!munmap(memory, size);
}

void *
os_mremap(void *memory, size_t size, size_t new_size)
{
    return os_mremap_slow(memory, size, new_size);
}

int
os_mprotect(void *memory, size_t size, int prot)
{
    (void)memory, (void)size, (void)prot;
    return 0;
}

/* WAMR prints call stacks, a line a call, between two empty lines; that of a stack overflow has hundreds. */
int
os_vprintf(const char *format, va_list args)
{
    static unsigned lines;
    char text[256];
    int length = vsnprintf(text, sizeof(text), format, args);

    text[strcspn(text, "\n")] = 0;
    lines = *text ? lines + 1 : 0;
    if (lines == 0 || lines > STACK_LINES)
        return length;
    return log_text(LOG_CRIT, lines < STACK_LINES ? text : "...");
}

int
os_printf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int written = os_vprintf(format, args);
    va_end(args);
    return written;
}

int
bh_platform_init(void)
{
    return 0;
}

void
bh_platform_destroy(void)
{
}

uint64
os_time_get_boot_us(void)
{
    return 0;
}

uint64
os_time_thread_cputime_us(void)
{
    return 0;
}

korp_tid
os_self_thread(void)
{
    return 1;
}

uint8 *
os_thread_get_stack_boundary(void)
{
    return NULL; /* The interpreter does not recurse for the module's calls. */
}

int
os_mutex_init(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int
os_mutex_destroy(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int
os_mutex_lock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int
os_mutex_unlock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

void
os_dcache_flush(void)
{
}

void
os_icache_flush(void *start, size_t length)
{
    (void)start, (void)length;
}
