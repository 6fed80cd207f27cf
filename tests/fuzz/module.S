/* The module of calls.ts, for imports.c. */
    .section .rodata
    .balign 16
    .globl calls, calls_end
calls:
    .incbin MODULE
calls_end:
    .section .note.GNU-stack, "", %progbits
