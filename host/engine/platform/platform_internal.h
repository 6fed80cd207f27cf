/*
 * What WAMR asks of an operating system (platform_api_vmcore.h), for a static program with one thread.
 */
#ifndef _PLATFORM_INTERNAL_H
#define _PLATFORM_INTERNAL_H

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BH_PLATFORM_LINUX
#define BH_PLATFORM_LINUX
#endif
#define BH_APPLET_PRESERVED_STACK_SIZE (32 * 1024)
#define BH_THREAD_DEFAULT_PRIORITY 0
#define OS_THREAD_MUTEX_INITIALIZER 0

/* PID 1 has one thread: its locks are never contended. */
typedef int korp_tid, korp_mutex, korp_cond, korp_thread, korp_rwlock, korp_sem;

#define os_thread_local_attribute
#define os_getpagesize getpagesize

typedef int os_file_handle, os_raw_file_handle, os_poll_file_handle, os_nfds_t, os_timespec;
typedef void *os_dir_stream;

static inline os_file_handle
os_get_invalid_handle(void)
{
    return -1;
}

#endif
