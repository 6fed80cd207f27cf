#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

#define NAME_LENGTH 64   /* bytes; of one that is longer the end is cut off, and the colon */
#define BUFFER_SIZE 4096 /* bytes; more than one line, to be read at once */
#define LEVEL_LENGTH 3   /* of `<6>` */

struct relay {
    char prefix[LEVEL_LENGTH + NAME_LENGTH + sizeof(": ")];
    size_t length; /* of the prefix */
    char *line;    /* in the buffer, what has not been written yet */
    bool is_rest;  /* of a line that has been cut */
};

/* What can't be written any more is lost, and the relay goes on to read: who writes to it must not be held. */
static void
write_whole(const char *bytes, size_t size)
{
    while (size) {
        const ssize_t written = write(STDERR_FILENO, bytes, size);
        if (written < 0 && errno != EAGAIN)
            return;
        if (written < 0) {
            (void)!sleep(1); /* Not to /dev/kmsg, but where O_NONBLOCK counts. */
            continue;
        }
        bytes += written;
        size -= (size_t)written;
    }
}

/* Whether the line brings its level, as sd-daemon(3) has it. */
static bool
has_level(const char *line, const char *end)
{
    return end - line >= LEVEL_LENGTH && line[0] == '<' && (line[1] & ~7) == '0' && line[2] == '>';
}

/* Writes the line up to `end`, in one write. Its prefix takes the place of what stands before it, and was written. */
static void
put_line(struct relay *relay, char *end)
{
    const char next = *end;
    char *text = relay->line;

    if (!relay->is_rest) {
        relay->prefix[1] = '0' + LOG_INFO;
        if (has_level(text, end)) {
            relay->prefix[1] = text[1];
            text += LEVEL_LENGTH;
        }
    }
    text -= relay->length;
    memcpy(text, relay->prefix, relay->length);
    *end = '\n';
    write_whole(text, (size_t)(end + 1 - text));
    *end = next;
    relay->line = end;
}

/* Where to cut a line that goes on at `end`, so that no character of UTF-8 is cut: 10xxxxxx is not its first byte. */
static char *
cut_at(char *end)
{
    for (int n = 0; n < 3 && (*end & 0xc0) == 0x80; n++)
        end--;
    return end;
}

/* Writes the lines that are complete, or as long as one can be, of what has come from `at` to `end`. */
static void
put_lines(struct relay *relay, char *at, const char *end)
{
    const ptrdiff_t most = LOG_LINE - 1 - (ptrdiff_t)relay->length;

    for (; at < end; at++) {
        if (!*at)
            *at = ' '; /* The kernel takes only what is before it. */
        if (*at == '\n') {
            put_line(relay, at);
            relay->line++;
            relay->is_rest = false;
        }
        else if (at - relay->line == most) {
            put_line(relay, cut_at(at));
            relay->is_rest = true;
        }
    }
}

/* Relays standard input to standard error, until there is no more. */
static void
relay_input(const char *name)
{
    struct relay relay;
    char buffer[BUFFER_SIZE];
    ssize_t got;

    (void)!snprintf(relay.prefix, sizeof(relay.prefix), "<6>%s: ", name);
    relay.length = strlen(relay.prefix);
    relay.is_rest = false;
    char *const first = buffer + relay.length, *end = first;
    relay.line = first;
    while ((got = read(STDIN_FILENO, end, (size_t)(buffer + sizeof(buffer) - 1 - end))) > 0) {
        put_lines(&relay, end, end + got);
        end += got;
        const size_t rest = (size_t)(end - relay.line);
        relay.line = memmove(first, relay.line, rest);
        end = first + rest;
    }
    if (end > first)
        put_line(&relay, end);
}

/* Nothing but the end of its input ends a relay, and it holds nothing else: no terminal, directory, or file. */
static void
detach(void)
{
    sigset_t signals;

    (void)!sigfillset(&signals);
    (void)!sigprocmask(SIG_SETMASK, &signals, NULL);
    (void)!setsid();
    (void)!chdir("/");
    (void)!close(STDOUT_FILENO);
    (void)!syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
}

/*
 * fork(2), but the child is nobody's: a command must not find one that it did not start. What is between tells its errno
 * by its exit status, as musl's vfork is fork(2) on some architectures.
 */
static pid_t
fork_orphan(void)
{
    int status = 0;
    const pid_t pid = vfork();

    if (pid == 0) {
        const pid_t orphan = _Fork();
        if (orphan == 0)
            return 0;
        _exit(orphan < 0 ? errno : 0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || WEXITSTATUS(status) == 0)
        return pid;
    errno = WEXITSTATUS(status);
    return -1;
}

/* Starts a relay, and returns false in it. If there can't be one, the command has the streams that it would have had. */
static bool
start_relay(const char *name)
{
    int ends[2];
    const pid_t pid = syscall(SYS_pipe2, ends, O_CLOEXEC) ? -1 : fork_orphan();

    if (pid < 0) {
        log_line(LOG_ERR, "can't relay the lines of %s: %s", name, strerror(errno));
    }
    else if (pid > 0) {
        (void)!dup2(ends[1], STDOUT_FILENO);
        (void)!dup2(ends[1], STDERR_FILENO);
    }
    else {
        (void)!dup2(ends[0], STDIN_FILENO);
        (void)!close(ends[1]); /* The end comes with the last writer. */
    }
    return pid;
}

/* execvp(3), without all that musl's brings with it. Returns if the command can't be run, and errno says why. */
static void
execute(char **command)
{
    const size_t size = strlen(*command) + 1;
    char path[PATH_MAX];
    char **variable = environ;

    while (*variable && strncmp(*variable, "PATH=", 5))
        variable++;
    if (!*variable || strchr(*command, '/') || strlen(*variable) + size > sizeof(path)) {
        (void)!execve(*command, command, environ);
        return;
    }
    const char *from = *variable + 4;
    do {
        char *to = path;
        while (*++from && *from != ':')
            *to++ = *from;
        *to++ = '/';
        memcpy(to, *command, size);
        (void)!execve(path, command, environ);
    } while (errno == ENOENT && *from);
}

int
relay(const char *name, char **command)
{
    if (!*command || !start_relay(name)) {
        detach();
        relay_input(name);
        return 0;
    }
    execute(command);
    const int status = errno == ENOENT ? 127 : 126;
    log_line(LOG_ERR, "can't run %s: %s", *command, strerror(errno));
    return status;
}
