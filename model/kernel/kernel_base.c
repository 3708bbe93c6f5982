// Vectors of four floats: SSE2 and NEON, which every processor we run on has.
#define VL 4
#define NAME(x) x##_base
#define PMAX2 6
#if defined(__aarch64__)
#define PMAX4 6
#else
#define PMAX4 3
#endif
#define JMAX 4
#define TARGET
#include "kernel.inc.h"
