#include "platform_api_vmcore.h"

#include <stdio.h>

#include "log.h"

#define STACK_LINES 32 /* of a call stack are logged */

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
