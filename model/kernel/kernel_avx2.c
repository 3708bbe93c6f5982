#if defined(__x86_64__)
#define VL 8
#define NAME(x) x##_avx2
#define PMAX2 6
#define PMAX4 3
#define JMAX 4
#define TARGET __attribute__((target("avx2,fma")))
#include "kernel.inc.h"
#endif
