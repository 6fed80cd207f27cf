#include "module.h"

#include "check.h"
#include "load.h"
#include "opcodes.h"
#include "write.h"

/*
 * The engine puts structures with pointers behind what it counts in cells of 32 bits: blocks and frames behind locals and
 * operands, tables behind globals. Where that is an odd number of them, riscv64 may take a trap to read each pointer.
 */
static void
align(WASMModule *module)
{
    module->global_data_size = align_uint(module->global_data_size, sizeof(uint64_t));
    for (uint32_t i = 0; i < module->function_count; i++) {
        WASMFunction *function = module->functions[i];
        const uint32_t cells = function->param_cell_num + function->local_cell_num + function->max_stack_cell_num;
        function->max_stack_cell_num += cells % 2;
    }
}

void
pack_module(struct blob *blob, uint8_t *bytes, size_t size, const struct host *host, uint32_t stack_size)
{
    WASMModule *module = load(bytes, size, &host->imports);

    align(module);
    check(module, host->entry);
    check_size(module, host, stack_size);
    check_opcodes(module, host);
    write_packed(blob, module, host, stack_size);
}
