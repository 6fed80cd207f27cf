#ifndef REFUSE_H
#define REFUSE_H

/* The file that is being written: when it was refused it is not to be there, and taken for this module's. */
extern const char *refuse_removes;

/* End with a message, and exit status 1: of the module, formatted as by printf(3); of the host; of anything else. */
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void refuse_host(const char *why);
_Noreturn void fail(const char *who, const char *why);

#endif
