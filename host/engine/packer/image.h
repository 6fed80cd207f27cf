#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>

#include "blob.h"
#include "wasm.h"

/* Adds what the module's memory begins with, and returns where: see memory_image.h. */
size_t write_image(struct blob *blob, const WASMModule *module);

#endif
