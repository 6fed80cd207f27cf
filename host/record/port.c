#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "engine/platform/large.h"
#include "log.h"

#define PORT_FD 1000  /* where the logic, which takes the lowest that is free, does not come across it */
#define PATIENCE 5000 /* milliseconds, of a port that takes nothing */

static const char kmsg[] = "/dev/kmsg";

static char path[128];
static speed_t speed; /* 0: as it is */
static int fd = -1;
static bool is_stuck;
static bool is_told; /* that it takes no more */
static int error;    /* why, or EAGAIN */

/* What is yet to be written, whole lines but for the first: all of it, until the file is there. */
static char waiting[64 * 1024] LARGE(8);
static size_t length;

static speed_t
speed_of(const char *bauds)
{
    static const struct {
        char bauds[8];
        speed_t speed;
    } speeds[] = {
        { "9600", B9600 },     { "19200", B19200 },   { "38400", B38400 },
        { "57600", B57600 },   { "115200", B115200 }, { "230400", B230400 },
        { "460800", B460800 }, { "921600", B921600 }, { "1500000", B1500000 },
    };

    for (size_t i = 0; i < sizeof(speeds) / sizeof(*speeds); i++)
        if (!strcmp(bauds, speeds[i].bauds))
            return speeds[i].speed;
    log_line(LOG_ERR, "record=: a serial port has no speed of %s", bauds);
    return 0;
}

void
port_set(const char *to)
{
    const size_t size = strcspn(to, ",");

    if (size >= sizeof(path)) {
        log_line(LOG_ERR, "record=: the path is too long");
        return;
    }
    memcpy(path, to, size);
    path[size] = 0;
    if (to[size])
        speed = speed_of(to + size + 1);
}

const char *
port_prefix(void)
{
    return strcmp(path, kmsg) ? "" : "<7>";
}

/* It never becomes PID 1's terminal, and a port without a carrier doesn't hold up who opens it. */
static bool
open_port(void)
{
    struct termios terminal;
    int opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC);

    error = errno;
    if (opened < 0)
        return false;
    fd = fcntl(opened, F_DUPFD_CLOEXEC, PORT_FD);
    (void)!close(opened);
    if (fd >= 0 && speed && !tcgetattr(fd, &terminal)) {
        (void)!cfsetospeed(&terminal, speed);
        (void)!tcsetattr(fd, TCSANOW, &terminal);
    }
    return fd >= 0;
}

/* One that has taken nothing for so long is not waited for again, until it does. */
static bool
wait_for_room(void)
{
    struct pollfd port = { .fd = fd, .events = POLLOUT };
    int ready;

    do
        ready = poll(&port, 1, is_stuck ? 0 : PATIENCE);
    while (ready < 0 && errno == EINTR);
    is_stuck = ready <= 0 || !(port.revents & POLLOUT);
    return !is_stuck;
}

/* A line each: /dev/kmsg takes no two at once. Returns how much was written; -1: it takes no more for now. */
static ssize_t
write_line(const char *line, size_t size)
{
    const char *end = memchr(line, '\n', size);
    const ssize_t written = write(fd, line, (size_t)(end + 1 - line));

    if (written >= 0)
        return written;
    error = errno;
    if (error == EINTR || (error == EAGAIN && wait_for_room()))
        return 0;
    if (error != EAGAIN) {
        (void)!close(fd);
        fd = -1;
    }
    return -1;
}

/* The logic may have closed it: then it is opened again, but once. */
static void
write_all(void)
{
    size_t done = 0;

    for (int times = 0; done < length && times < 2; times++) {
        if (fd < 0 && !open_port())
            break;
        for (ssize_t written = 0; done < length && written >= 0; done += written > 0 ? (size_t)written : 0)
            written = write_line(waiting + done, length - done);
        if (fd >= 0)
            break;
    }
    length -= done;
    memmove(waiting, waiting + done, length);
}

/* Said once, as nobody sees it in the trace. */
static void
tell_lost(void)
{
    if (!is_told)
        log_line(LOG_ERR, "record=%s takes no more: %s", path, strerror(error));
    is_told = true;
}

bool
port_write(const char *line, size_t size)
{
    if (size > sizeof(waiting) - length)
        write_all();
    if (size > sizeof(waiting) - length) {
        tell_lost();
        return false;
    }
    memcpy(waiting + length, line, size);
    length += size;
    write_all();
    return true;
}

void
port_drain(void)
{
    const struct timespec pause = { .tv_nsec = 20 * 1000000 };
    int left = 0, before;

    write_all();
    if (length)
        tell_lost();
    for (int i = 0; !ioctl(fd, TIOCOUTQ, &left) && left && i < PATIENCE / 20; i = left < before ? 0 : i + 1) {
        before = left;
        (void)!nanosleep(&pause, NULL);
    }
    if (!ioctl(fd, TIOCOUTQ, &left))
        (void)!nanosleep(&pause, NULL); /* what is in the port itself */
}

void
port_forget(void)
{
    length = 0;
}
