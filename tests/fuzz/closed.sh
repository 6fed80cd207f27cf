#!/bin/sh
# Makes sure that what is fuzzed can do nothing to this machine: of the C library it uses only what computes, all other
# calls are those of kernel.c. Names what else it uses.
# usage: closed.sh PROGRAM'S-OBJECTS...
set -eu

harmless='mem(chr|cmp|cpy|move|set)|str(chr|cmp|cspn|error|len|ncmp|ncpy|pbrk|rchr|spn|str|tok_r|to[a-z]+)
|v?snprintf|bsearch|qsort|malloc|calloc|realloc|free|abort|__errno_location|sig(addset|emptyset)|_?setjmp|longjmp
|getpagesize|(ceil|copysign|fabs|floor|fmax|fmin|rint|sqrt|trunc)f?|__(isnan|signbit)f?'
printing='LLVMFuzzerMutate|asprintf|fprintf|fwrite|getenv|stderr|strdup' # the harness
compiler='__(asan|msan|sancov|sanitizer|start___sancov|stop___sancov|ubsan)_.*|_GLOBAL_OFFSET_TABLE_'
linker='__real_.*|os_cond_.*' # the second of parts of WAMR that are dropped
pattern=$(printf %s "^($harmless|$printing|$compiler|$linker)\$" | tr -d '\n')

nm -P -g "$@" | awk -v harmless="$pattern" '
	NF < 2 { next }
	$2 == "U" { used[$1] = 1; next }
	{ defined[$1] = 1 }
	END {
		for (name in used)
			if (!(name in defined) && name !~ harmless) {
				print "not of kernel.c, and not harmless: " name
				found = 1
			}
		exit found
	}' >&2
