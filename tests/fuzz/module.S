/* Modules of calls.ts, one for imports.c, and a small one that can be packed; and build/host, for host.c. */
    .section .rodata
    .globl calls, calls_end, small, small_end, generic, generic_end
    .balign 16
calls:
    .incbin MODULE
calls_end:
small:
    .incbin SMALL
small_end:
    .balign 16
generic:
    .incbin GENERIC
generic_end:
    .section .note.GNU-stack, "", %progbits
