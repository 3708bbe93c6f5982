#if defined(__x86_64__)
#define VL 16
#define NAME(x) x##_avx512
#define PMAX2 14
#define PMAX4 6
#define JMAX 8
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,fma")))
#include "kernel.inc.h"
#endif
