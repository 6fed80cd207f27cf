#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <syslog.h> /* LOG_CRIT .. LOG_INFO: the levels, the log itself is the kernel's */

/*
 * Bytes of a line: /dev/kmsg refuses a longer one whole. Its limit is 976 before Linux 6.3, or 992 if that is built
 * without CONFIG_PRINTK_CALLER, and then 1024.
 */
#define LOG_LINE 976

/* Whether it goes to a terminal, where nobody takes the priority off. */
extern bool log_is_plain;

#define LOG_PREFIX (sizeof("<0>init: ") - 1)

/*
 * Writes the line `<priority>init: text` to standard error in one write, as /dev/kmsg needs it; returns write(2)'s. The
 * text, with a 0 behind it, stands at line + LOG_PREFIX already.
 */
int log_text(int priority, char line[LOG_LINE]);

/* The same, with printf(3)'s format. */
int log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
