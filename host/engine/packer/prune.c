/* What a module uses of a host, in C, for one that is pruned: see pruned.h. */
#include "prune.h"

#include <stdio.h>

#include "host.h"
#include "opcodes.h"

void
print_uses(const WASMModule *module)
{
    bool used[256];

    find_opcodes(module, used);
    printf("/* Written by the packer. */\n#define OPCODES(X)");
    for (unsigned opcode = 0; opcode < 256; opcode++)
        if (used[opcode])
            printf(" \\\n    X(%u, %s)", opcode, opcode_name(opcode));
    printf("\n#define IMPORTS(X)");
    for (uint32_t i = 0; i < module->import_count; i++) {
        const WASMFunctionImport *function = &module->imports[i].u.function;
        const struct import *import = function->func_ptr_linked;
        printf(" \\\n    X(%s, %s, \"%s\")", import->module, import->name, import->signature);
    }
    printf("\n");
}
