// Picks the kernels for the processor at hand.
#include "kernel.h"

static int isa;

int lightbox_isa(int most) {
  isa = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (most >= 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    isa = 1;
  }
  if (most >= 2 && isa == 1 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    isa = 2;
  }
#endif
  return isa;
}

#if defined(__x86_64__)
#define PICK(f, ...) \
  (isa == 2 ? f##_avx512(__VA_ARGS__) : isa == 1 ? f##_avx2(__VA_ARGS__) : f##_base(__VA_ARGS__))
#else
#define PICK(f, ...) f##_base(__VA_ARGS__)
#endif

int lightbox_vl(void) { return PICK(vl); }

void lightbox_pack(const float *w, float *packed, int k, int outc, int columns) {
  PICK(pack, w, packed, k, outc, columns);
}

void lightbox_conv(const struct conv_args *a) { PICK(conv, a); }

void lightbox_convw(const struct convw_args *a) { PICK(convw, a); }

void lightbox_stats(const float *x, long pixels, int c, float *sum, float *squares) {
  PICK(stats, x, pixels, c, sum, squares);
}

void lightbox_affine(const float *x, const float *skip, const float *scale, const float *shift,
                     float *y, long pixels, int c, int relu) {
  PICK(affine, x, skip, scale, shift, y, pixels, c, relu);
}

void lightbox_gradsums(const float *x, const float *y, const float *dy, long pixels, int c,
                       float *sum, float *product) {
  PICK(gradsums, x, y, dy, pixels, c, sum, product);
}

void lightbox_gradapply(const float *x, const float *y, const float *dy, const float *a,
                        const float *b, const float *e, float *dx, float *dskip, long pixels, int c) {
  PICK(gradapply, x, y, dy, a, b, e, dx, dskip, pixels, c);
}

void lightbox_maxpool(const float *x, float *y, int rows, int columns, int c) {
  PICK(maxpool, x, y, rows, columns, c);
}

void lightbox_maxpoolgrad(const float *x, const float *y, const float *dy, float *dx, int rows,
                          int columns, int c) {
  PICK(maxpoolgrad, x, y, dy, dx, rows, columns, c);
}
