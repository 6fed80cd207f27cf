#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stdint.h>
#include <string.h>

/* Of a memory's words of 32 bits, as FNV-1a has it of bytes; checksum.ts is the same. */
static uint32_t
checksum(const uint8_t *memory, uint64_t size)
{
    const uint8_t *aligned = __builtin_assume_aligned(memory, sizeof(uint32_t));
    uint32_t sum = 0x811c9dc5;

    for (uint64_t at = 0; at < size; at += sizeof(sum)) {
        uint32_t word;
        memcpy(&word, aligned + at, sizeof(word));
        sum = (sum ^ word) * 0x01000193;
    }
    return sum;
}

#endif
