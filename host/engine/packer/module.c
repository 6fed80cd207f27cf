#include "module.h"

#include "check.h"
#include "load.h"
#include "opcodes.h"
#include "write.h"

void
pack_module(struct blob *blob, uint8_t *bytes, size_t size, const struct host *host, uint32_t stack_size)
{
    WASMModule *module = load(bytes, size, &host->imports);

    check(module, host->entry);
    check_size(module, host, stack_size);
    check_opcodes(module, host);
    write_packed(blob, module, host, stack_size);
}
