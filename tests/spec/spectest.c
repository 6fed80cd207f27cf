#include <stdint.h>

/* Nobody reads what they print. */
#define PRINT(name) \
    void spectest_##name(void) \
    { \
    }
#define EF(number) \
    int32_t a_ef##number(void) \
    { \
        return number; \
    }

PRINT(print)
PRINT(print_i32)
PRINT(print_i64)
PRINT(print_f32)
PRINT(print_f64)
PRINT(print_i32_f32)
PRINT(print_f64_f64)

EF(0)
EF(1)
EF(2)
EF(3)
EF(4)
