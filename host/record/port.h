#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>

/* Where the trace goes to: a serial port, /dev/kmsg, or whatever file is there. PID 1 never waits for it for ever. */

/* `to` is a path and, for a serial port, `,SPEED` in bauds. The file need not be there yet. */
void port_set(const char *to);

/* What a line is to begin with there. */
const char *port_prefix(void);

/* Takes a line; false: there is no room for it. */
bool port_write(const char *line, size_t length);

/* Waits until all has left this computer, or nothing more does. */
void port_drain(void);

/* Forgets what waits to be written: it is another process that does. */
void port_forget(void);

#endif
