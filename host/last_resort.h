#ifndef LAST_RESORT_H
#define LAST_RESORT_H

/* What is left for PID 1 when there is no logic that runs: lets the services end, then restarts the machine. */
_Noreturn void last_resort(void);

#endif
