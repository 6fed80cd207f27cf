#ifndef LARGE_H
#define LARGE_H

/*
 * For arrays most of which is never touched: they are last in memory, in this order, and all that is small shares a page
 * before them. Each page that a boot touches costs it as much as some thousand instructions.
 */
#define LARGE(order) __attribute__((section(".bss.~" #order)))

#endif
