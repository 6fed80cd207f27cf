/*
 * strerror(3) in the place of the C library's, for what Linux says of files, processes, mounts and kernels, in its words;
 * of others the number. EUCLEAN, which a damaged disk has, it has no words for.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ERRORS(X) \
    X(0, "No error information") \
    X(EPERM, "Operation not permitted") \
    X(ENOENT, "No such file or directory") \
    X(ESRCH, "No such process") \
    X(EINTR, "Interrupted system call") \
    X(EIO, "I/O error") \
    X(ENXIO, "No such device or address") \
    X(E2BIG, "Argument list too long") \
    X(ENOEXEC, "Exec format error") \
    X(EBADF, "Bad file descriptor") \
    X(ECHILD, "No child process") \
    X(EAGAIN, "Resource temporarily unavailable") \
    X(ENOMEM, "Out of memory") \
    X(EACCES, "Permission denied") \
    X(EFAULT, "Bad address") \
    X(ENOTBLK, "Block device required") \
    X(EBUSY, "Resource busy") \
    X(EEXIST, "File exists") \
    X(EXDEV, "Cross-device link") \
    X(ENODEV, "No such device") \
    X(ENOTDIR, "Not a directory") \
    X(EISDIR, "Is a directory") \
    X(EINVAL, "Invalid argument") \
    X(ENFILE, "Too many open files in system") \
    X(EMFILE, "No file descriptors available") \
    X(ENOTTY, "Not a tty") \
    X(ETXTBSY, "Text file busy") \
    X(EFBIG, "File too large") \
    X(ENOSPC, "No space left on device") \
    X(ESPIPE, "Invalid seek") \
    X(EROFS, "Read-only file system") \
    X(EMLINK, "Too many links") \
    X(EPIPE, "Broken pipe") \
    X(EDEADLK, "Resource deadlock would occur") \
    X(ENAMETOOLONG, "Filename too long") \
    X(ENOLCK, "No locks available") \
    X(ENOSYS, "Function not implemented") \
    X(ENOTEMPTY, "Directory not empty") \
    X(ELOOP, "Symbolic link loop") \
    X(ENODATA, "No data available") \
    X(EPROTO, "Protocol error") \
    X(EBADMSG, "Bad message") \
    X(EOVERFLOW, "Value too large for data type") \
    X(EOPNOTSUPP, "Not supported") \
    X(EAFNOSUPPORT, "Address family not supported by protocol") \
    X(ENETUNREACH, "Network unreachable") \
    X(ECONNRESET, "Connection reset by peer") \
    X(ETIMEDOUT, "Operation timed out") \
    X(ECONNREFUSED, "Connection refused") \
    X(EHOSTUNREACH, "Host is unreachable") \
    X(ESTALE, "Stale file handle") \
    X(EUCLEAN, "Structure needs cleaning") \
    X(EREMOTEIO, "Remote I/O error") \
    X(EDQUOT, "Quota exceeded") \
    X(ENOMEDIUM, "No medium found") \
    X(EMEDIUMTYPE, "Wrong medium type") \
    X(ENOKEY, "Required key not available") \
    X(EKEYREJECTED, "Key was rejected by service")

char *
strerror(int error)
{
#define NUMBER(number, text) number,
#define TEXT(number, text) text "\0"
    static const uint8_t numbers[] = { ERRORS(NUMBER) };
    static const char texts[] = ERRORS(TEXT);
    static char other[sizeof("error -2147483648")];
    const char *text = texts;

    for (size_t i = 0; i < sizeof(numbers); i++, text += strlen(text) + 1)
        if (numbers[i] == error)
            return (char *)text;
    (void)!snprintf(other, sizeof(other), "error %d", error);
    return other;
}
