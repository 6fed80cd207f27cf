/*
 * A host with all opcodes, and with what the scripts import: functions of the module `spectest`, which print, and those
 * of `a`, which table_copy.wast and table_init.wast link with, and which return a number each.
 */
#define OPCODES(X)
#define HAS_ALL_OPCODES

/* clang-format off */
#define IMPORTS(X) \
    X(spectest, print, "()") \
    X(spectest, print_i32, "(i)") \
    X(spectest, print_i64, "(I)") \
    X(spectest, print_f32, "(f)") \
    X(spectest, print_f64, "(F)") \
    X(spectest, print_i32_f32, "(if)") \
    X(spectest, print_f64_f64, "(FF)") \
    X(a, ef0, "()i") \
    X(a, ef1, "()i") \
    X(a, ef2, "()i") \
    X(a, ef3, "()i") \
    X(a, ef4, "()i")
/* clang-format on */
