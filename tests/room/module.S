/* The module, inside /init. In .data, not .rodata: WAMR's classic loader rewrites bytecode in place. */
    .section .data
    .balign 16
    .globl module, module_end
module:
    .incbin MODULE
module_end:
    .section .note.GNU-stack, "", %progbits
