#ifndef LARGE_H
#define LARGE_H

/*
 * Each page that a boot touches costs it as much as some thousand instructions; one that it reads before it writes to it,
 * twice. So all variables that are small lie together within one: SMALLEST is the first of them. Behind them are arrays,
 * in this order, and last those of which most is never touched.
 */
#define LARGE(order) __attribute__((section(".bss.~" #order)))

#endif
