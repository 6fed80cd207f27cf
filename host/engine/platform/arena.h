#ifndef ARENA_H
#define ARENA_H

/*
 * The engine's memory: taken from one piece, never given back one by one. All that was taken since a mark is released
 * at once, so that an instance which trapped leaves nothing behind.
 */
#define ARENA_SIZE (1024 * 1024) /* bytes; what is not used of it is never mapped */
#define ARENA_SLACK (16 * 1024)  /* bytes of that, for what is small and always the same */

void *arena_mark(void);
void arena_release(void *mark);

#endif
