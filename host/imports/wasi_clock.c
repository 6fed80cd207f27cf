/* The clocks of WASI, and the wait for them. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "wasi.h"

#define NS 1000000000u /* in a second */

/* $clockid, $eventtype, $subclockflags */
enum { CLOCKS = 4 }; /* realtime, monotonic, process_cputime_id, thread_cputime_id: Linux's numbers too */
enum { EVENTTYPE_CLOCK = 0 };
enum { SUBSCRIPTION_CLOCK_ABSTIME = 1 };

struct subscription {
    uint64_t userdata;
    uint8_t type;
    struct {
        uint32_t id;
        uint64_t timeout, precision;
        uint16_t flags;
    } clock;
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type, unused[5];
    uint64_t nbytes, flags;
};

_Static_assert(sizeof(struct subscription) == 48 && sizeof(struct event) == 32, "the layouts of WASI");

uint64_t
wasi_nanoseconds(struct timespec time)
{
    return (uint64_t)time.tv_sec * NS + (uint64_t)time.tv_nsec;
}

struct timespec
wasi_timespec(uint64_t time)
{
    return (struct timespec){ .tv_sec = (time_t)(time / NS), .tv_nsec = (long)(time % NS) };
}

static uint32_t
answer_time(wasm_exec_env_t env, uint32_t address, int (*clock)(clockid_t, struct timespec *), uint32_t id)
{
    struct timespec time;

    if (id >= CLOCKS)
        return WASI_INVAL;
    if (clock((clockid_t)id, &time))
        return wasi_errno(errno);
    uint64_t value = wasi_nanoseconds(time);
    return wasi_answer(env, address, &value, sizeof(value));
}

uint32_t
wasi_clock_res_get(wasm_exec_env_t env, uint32_t id, uint32_t resolution)
{
    return answer_time(env, resolution, clock_getres, id);
}

uint32_t
wasi_clock_time_get(wasm_exec_env_t env, uint32_t id, uint64_t precision, uint32_t time)
{
    (void)precision;
    return answer_time(env, time, clock_gettime, id);
}

/* How many nanoseconds are left until the event that is subscribed to. */
static uint32_t
find_left(const struct subscription *subscription, uint64_t *left)
{
    struct timespec time;

    *left = subscription->clock.timeout;
    if (subscription->type != EVENTTYPE_CLOCK)
        return WASI_NOTSUP;
    if (subscription->clock.id >= CLOCKS)
        return WASI_INVAL;
    if (!(subscription->clock.flags & SUBSCRIPTION_CLOCK_ABSTIME))
        return WASI_SUCCESS;
    if (clock_gettime((clockid_t)subscription->clock.id, &time))
        return wasi_errno(errno);
    *left = wasi_nanoseconds(time) < *left ? *left - wasi_nanoseconds(time) : 0;
    return WASI_SUCCESS;
}

static uint32_t
find_shortest(const uint8_t *subscriptions, uint32_t count, uint64_t *shortest)
{
    struct subscription subscription;
    uint64_t left;

    *shortest = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&subscription, subscriptions + i * sizeof(subscription), sizeof(subscription));
        uint32_t error = find_left(&subscription, &left);
        if (error)
            return error;
        if (left < *shortest)
            *shortest = left;
    }
    return WASI_SUCCESS;
}

/* Writes the events of the subscriptions that end with the shortest; returns how many. */
static uint32_t
put_events(const uint8_t *subscriptions, uint32_t count, uint64_t shortest, uint8_t *events)
{
    struct subscription subscription;
    uint64_t left;
    uint32_t put = 0;

    for (uint32_t i = 0; i < count; i++) {
        memcpy(&subscription, subscriptions + i * sizeof(subscription), sizeof(subscription));
        if (find_left(&subscription, &left) || left > shortest)
            continue;
        struct event event = { .userdata = subscription.userdata, .type = EVENTTYPE_CLOCK };
        memcpy(events + put++ * sizeof(event), &event, sizeof(event));
    }
    return put;
}

uint32_t
wasi_poll_oneoff(wasm_exec_env_t env, uint32_t in, uint32_t out, uint32_t count, uint32_t events)
{
    const uint8_t *subscriptions = vm_memory(env, in, (uint64_t)count * sizeof(struct subscription));
    uint8_t *occurred = vm_memory(env, out, (uint64_t)count * sizeof(struct event));
    uint64_t shortest;

    if (!subscriptions || !occurred || !wasi_takes_count(env, events))
        return WASI_FAULT;
    if (!count)
        return WASI_INVAL;
    uint32_t error = find_shortest(subscriptions, count, &shortest);
    if (error)
        return error;
    uint32_t put = put_events(subscriptions, count, shortest, occurred);
    struct timespec left = wasi_timespec(shortest);
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
    return wasi_answer_count(env, events, put);
}
