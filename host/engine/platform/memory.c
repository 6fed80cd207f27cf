#include "platform_api_vmcore.h"

#include <sys/mman.h>

#include "../memory_image.h"
#include "../packed.h"
#include "arena.h"
#include "large.h"

#define MACHINE_PAGE 4096 /* bytes, or more */
#define ALIGN 16

/* A taken piece of the arena: its size stands in front of it, for os_realloc. */
struct piece {
    size_t size;
    uint8_t bytes[] __attribute__((aligned(ALIGN)));
};

static uint8_t arena[ARENA_SIZE] LARGE(1) __attribute__((aligned(ALIGN)));
static uint8_t *unused = arena;

/* For the first page of linear memory, which is all that the logic uses: it comes with the program. */
static uint8_t room[WASM_PAGE + MACHINE_PAGE - 1] LARGE(2);
static bool first_page_taken, first_page_used;

/*
 * Linear memory, and what it was before it grew: that stays until it grows again, as the watchdog may jump out of the
 * engine before this knows the new one.
 */
static struct mapping {
    void *memory;
    size_t size;
} linear, former;

static size_t
aligned(size_t size, size_t alignment)
{
    return (size + alignment - 1) & ~(alignment - 1);
}

/* It begins with a page of the machine, so that its data, which a boot touches, is on as few as can be. */
static uint8_t *
first_page(void)
{
    return (uint8_t *)aligned((size_t)room, MACHINE_PAGE);
}

void *
arena_mark(void)
{
    return unused;
}

static void
unmap(struct mapping *mapping)
{
    if (mapping->memory == first_page())
        first_page_taken = false;
    else if (mapping->memory)
        (void)!munmap(mapping->memory, mapping->size);
    mapping->memory = NULL;
}

/* Linear memory, too: an instance that was stopped as it started can't give it back. */
void
arena_release(void *mark)
{
    unused = mark;
    unmap(&former);
    unmap(&linear);
}

void *
os_malloc(unsigned size)
{
    struct piece *piece = (struct piece *)unused;
    size_t needed = sizeof(*piece) + aligned(size, ALIGN);

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

    if (bytes && (uint8_t *)bytes + aligned(piece->size, ALIGN) == unused)
        unused = (uint8_t *)piece;
}

static void *
take_first_page(void)
{
    if (first_page_used)
        memset(first_page(), 0, WASM_PAGE);
    first_page_taken = first_page_used = true;
    return first_page();
}

static void *
map(size_t size)
{
    if (size <= WASM_PAGE && !first_page_taken)
        return take_first_page();
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* A module has one memory; nothing else is mapped. */
void *
os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file)
{
    (void)hint, (void)prot, (void)flags, (void)file;
    linear = (struct mapping){ .memory = map(size), .size = size };
    if (linear.memory)
        memory_image_expand(packed->image, linear.memory);
    return linear.memory;
}

void
os_munmap(void *memory, size_t size)
{
    (void)size;
    unmap(memory == former.memory ? &former : &linear);
}

void *
os_mremap(void *memory, size_t size, size_t new_size)
{
    void *grown = map(new_size);

    if (!grown)
        return NULL;
    memcpy(grown, memory, size);
    unmap(&former);
    former = linear;
    linear = (struct mapping){ .memory = grown, .size = new_size };
    return grown;
}
