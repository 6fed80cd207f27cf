#ifndef CLONE3_H
#define CLONE3_H

#include <stddef.h>
#include <sys/types.h>

/*
 * clone3(2), as clone(2) is to be called with CLONE_VM | SIGCHLD, but that no signal is handled in the child: to reset
 * them takes it a call each; what is ignored stays so. Returns -1 if the kernel can't: before Linux 5.5.
 */
pid_t clone3_default(int (*run)(void *), void *stack, size_t size);

#endif
