/*
 * The engine's memory as in host/engine/platform/memory.c, but each piece, and linear memory, comes from malloc:
 * sanitizers see its bounds, and who uses it after it was given back. There is no more of it than there.
 */
#include "platform_api_vmcore.h"

#include "arena.h"
#include "engine/memory_image.h"
#include "engine/packed.h"
#include "platform_api_extension.h"

#define ALIGN 16

#ifndef MAPPED_MAX
#define MAPPED_MAX SIZE_MAX /* bytes of linear memory */
#endif

struct piece {
    struct piece *before;
    void *bytes; /* NULL: given back */
    size_t size;
    size_t cost; /* 0: what it took of the arena is there to be taken again */
};

static struct piece *last;
static size_t used, mapped;

static size_t
cost(size_t size)
{
    return ALIGN + (size + ALIGN - 1) / ALIGN * ALIGN;
}

void *
arena_mark(void)
{
    return last;
}

void
arena_release(void *mark)
{
    while (last != mark) {
        struct piece *piece = last;
        last = piece->before;
        used -= piece->cost;
        free(piece->bytes);
        free(piece);
    }
}

void *
os_malloc(unsigned size)
{
    if (cost(size) > ARENA_SIZE - used)
        return NULL;
    struct piece *piece = malloc(sizeof(*piece));
    *piece = (struct piece){ .before = last, .bytes = malloc(size), .size = size, .cost = cost(size) };
    used += cost(size);
    last = piece;
    return piece->bytes;
}

static struct piece *
find(const void *bytes)
{
    struct piece *piece = last;

    while (piece && piece->bytes != bytes)
        piece = piece->before;
    if (!piece)
        abort(); /* given back twice, or never taken */
    return piece;
}

static struct piece *
find_top(void)
{
    struct piece *piece = last;

    while (piece && !piece->cost)
        piece = piece->before;
    return piece;
}

void
os_free(void *bytes)
{
    if (!bytes)
        return;
    struct piece *piece = find(bytes);
    if (piece == find_top()) {
        used -= piece->cost;
        piece->cost = 0;
    }
    free(bytes);
    piece->bytes = NULL;
}

void *
os_realloc(void *bytes, unsigned size)
{
    void *moved = os_malloc(size);

    if (moved && bytes) {
        struct piece *piece = find(bytes);
        memcpy(moved, bytes, piece->size < size ? piece->size : size);
        free(bytes);
        piece->bytes = NULL;
    }
    return moved;
}

void *
os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file)
{
    (void)hint, (void)prot, (void)flags, (void)file;
    if (size > MAPPED_MAX - mapped)
        return NULL;
    void *memory = calloc(1, size);
    mapped += memory ? size : 0;
    if (memory)
        memory_image_expand(packed->image, memory);
    return memory;
}

void
os_munmap(void *memory, size_t size)
{
    free(memory);
    mapped -= size;
}

void *
os_mremap(void *memory, size_t size, size_t new_size)
{
    return os_mremap_slow(memory, size, new_size);
}

/* Nobody calls these: of /init the linker drops who would, but it keeps all that is instrumented. */
int
os_cond_init(korp_cond *cond)
{
    (void)cond;
    abort();
}

int
os_cond_destroy(korp_cond *cond)
{
    (void)cond;
    abort();
}

int
os_dumps_proc_mem_info(char *out, unsigned size)
{
    (void)out, (void)size;
    abort();
}
