#ifndef ARENA_H
#define ARENA_H

/*
 * The engine's memory: taken from one piece, never given back one by one. All that was taken since a mark is released
 * at once, so that an instance which trapped leaves nothing behind.
 */
void *arena_mark(void);
void arena_release(void *mark);

#endif
