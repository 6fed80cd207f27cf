#include "platform_api_vmcore.h"

#include "bh_log.h"

int
os_mprotect(void *memory, size_t size, int prot)
{
    (void)memory, (void)size, (void)prot;
    return 0;
}

/* In the place of the engine's own log: the linker drops the calls, and their text. */
void
no_log(uint32 level, const char *file, int line, const char *format, ...)
{
    (void)level, (void)file, (void)line, (void)format;
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
