#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32 /* bytes */

/* FIPS 180-4. */
void sha256(const uint8_t *bytes, size_t size, uint8_t *checksum);

#endif
