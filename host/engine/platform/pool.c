/*
 * In the place of WAMR's allocator for pools and for heaps within linear memory, which this host has neither of: it
 * asks memory.c. The engine's references to it would take 4 kB.
 */
#include "mem_alloc.h"

mem_allocator_t
mem_allocator_create(void *memory, uint32_t size)
{
    (void)memory, (void)size;
    return NULL;
}

mem_allocator_t
mem_allocator_create_with_struct_and_pool(void *allocator, uint32_t allocator_size, void *pool, uint32_t size)
{
    (void)allocator, (void)allocator_size, (void)pool, (void)size;
    return NULL;
}

int
mem_allocator_destroy(mem_allocator_t allocator)
{
    (void)allocator;
    return 0;
}

uint32_t
mem_allocator_get_heap_struct_size(void)
{
    return 0;
}

void *
mem_allocator_malloc(mem_allocator_t allocator, uint32_t size)
{
    (void)allocator, (void)size;
    return NULL;
}

void *
mem_allocator_realloc(mem_allocator_t allocator, void *bytes, uint32_t size)
{
    (void)allocator, (void)bytes, (void)size;
    return NULL;
}

void
mem_allocator_free(mem_allocator_t allocator, void *bytes)
{
    (void)allocator, (void)bytes;
}

void *
mem_allocator_malloc_aligned(mem_allocator_t allocator, uint32_t size, uint32_t alignment)
{
    (void)allocator, (void)size, (void)alignment;
    return NULL;
}

int
mem_allocator_migrate(mem_allocator_t allocator, char *pool, uint32_t size)
{
    (void)allocator, (void)pool, (void)size;
    return -1;
}

bool
mem_allocator_is_heap_corrupted(mem_allocator_t allocator)
{
    (void)allocator;
    return false;
}

bool
mem_allocator_get_alloc_info(mem_allocator_t allocator, void *info)
{
    (void)allocator, (void)info;
    return false;
}
