/*
 * What the engine asks of an operating system as it loads a module: memory, which is the C library's. No instance is
 * made, so that there is no linear memory, and what the engine would print has nobody asked for.
 */
#include "platform_api_vmcore.h"

#include "platform_api_extension.h"

void *
os_malloc(unsigned size)
{
    return malloc(size);
}

void *
os_realloc(void *bytes, unsigned size)
{
    return realloc(bytes, size);
}

void
os_free(void *bytes)
{
    free(bytes);
}

void *
os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file)
{
    (void)hint, (void)size, (void)prot, (void)flags, (void)file;
    return NULL;
}

void
os_munmap(void *memory, size_t size)
{
    (void)memory, (void)size;
}

void *
os_mremap(void *memory, size_t size, size_t new_size)
{
    (void)memory, (void)size, (void)new_size;
    return NULL;
}

int
os_printf(const char *format, ...)
{
    (void)format;
    return 0;
}

int
os_vprintf(const char *format, va_list args)
{
    (void)format, (void)args;
    return 0;
}
