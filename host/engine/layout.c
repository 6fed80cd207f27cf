/*
 * What a packer must know of this host, in the section .layout, which is not loaded: see packer/host.c for its order.
 * Compiled without -flto, which would take `packed` for the NULL that it is not to stay.
 */
#include "layout.h"

#include <stddef.h>

#include "packed.h"
#include "pruned.h"
#include "wasm_interp.h"
#include "wasm_runtime.h"

const struct packed *packed __attribute__((section(".data")));

/* R: the linker keeps the section, and the imports that it names. */
#define SAY(text, ...) __asm__ volatile(".pushsection .layout,\"R\",%%progbits\n" text "\n.popsection" : : __VA_ARGS__)

#define SAY_STRUCT(name, type) SAY(".4byte 0, %c0", "i"(sizeof(type)));
#define SAY_ROW(name, type, member, kind) \
    SAY(".4byte %c0, %c1", "i"(offsetof(type, member)), "i"(sizeof(((type *)NULL)->member)));
#define SAY_OPCODE(number, name) SAY(".2byte " #number);
#define SAY_IMPORT(module, name, signature) \
    SAY(".8byte " PREFIX_##module #name "\n.asciz \"" #module "\"\n.asciz \"" #name "\"\n.asciz " #signature);

#define PREFIX_linux "linux_"
#define PREFIX_wasi_snapshot_preview1 "wasi_"

/* Where the packer puts the build id, in a note as `ld --build-id` makes it; of its section's name ld keeps only its own. */
__asm__(".pushsection .note.build-id,\"aR\",%note\n"
        ".balign 4\n.4byte 4, 20, 3\n.asciz \"GNU\"\n.zero 20\n"
        ".popsection");

/*
 * Where no linker script leaves a program header to spare, the packer takes that of a note: see packer/file.c. Notes that
 * are aligned in another way get another header.
 */
__asm__(".pushsection .note.wasinit,\"aR\",%note\n"
        ".balign 8\n.4byte 8, 0, 0\n.asciz \"wasinit\"\n"
        ".popsection");

/* Nobody calls it, and the linker drops it. */
__attribute__((used)) static void
layout(void)
{
    SAY(".ascii \"" ENGINE_ID "\"\n.8byte packed\n.asciz \"" ENTRY "\"");
    LAYOUT(SAY_STRUCT, SAY_ROW)
    OPCODES(SAY_OPCODE)
    SAY(".2byte 0xffff");
    IMPORTS(SAY_IMPORT)
}
