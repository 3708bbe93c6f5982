// The kernels for one width of vector: included once for each instruction set
// by kernel_*.c, which define
//
//   VL       floats in a vector
//   NAME(x)  the function's name for this instruction set
//   PMAX2    pixels that a block of 2 vectors of channels may hold in registers
//   PMAX4    the same for a block of 4 vectors
//   JMAX     weights that are accumulated together
//   TARGET   the attribute that allows the instruction set
//
// Layouts are given in kernel.go.

#include <string.h>

#include "kernel.h"

typedef float vec __attribute__((vector_size(VL * 4), aligned(4), may_alias));
typedef int ivec __attribute__((vector_size(VL * 4), aligned(4)));

#define INLINE static inline __attribute__((always_inline)) TARGET

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

// Blocks of P pixels times B vectors of output channels: everything that the
// loop over k touches stays in registers but for the weights and the pixels.
#define DEFINE_BLOCK(P, B)                                                      \
  static TARGET void NAME(block_##P##_##B)(                                     \
      const float *in, long step, const int *off, int k, const float *w,        \
      const float *bias, float *out, long outstep, int mode) {                  \
    vec acc[P][B];                                                              \
    UNROLL for (int p = 0; p < P; p++) {                                        \
      UNROLL for (int b = 0; b < B; b++) {                                      \
        acc[p][b] = bias ? *(const vec *)(bias + b * VL) : (vec){0};            \
        if (mode & CONV_ADD) acc[p][b] += *(const vec *)(out + p * outstep + b * VL); \
      }                                                                         \
    }                                                                           \
    for (int i = 0; i < k; i++) {                                               \
      const float *at = in + off[i];                                            \
      vec weight[B];                                                            \
      UNROLL for (int b = 0; b < B; b++) {                                      \
        weight[b] = *(const vec *)(w + b * VL);                                 \
      }                                                                         \
      UNROLL for (int p = 0; p < P; p++) {                                      \
        const float v = at[p * step];                                           \
        UNROLL for (int b = 0; b < B; b++) { acc[p][b] += v * weight[b]; }      \
      }                                                                         \
      w += B * VL;                                                              \
    }                                                                           \
    UNROLL for (int p = 0; p < P; p++) {                                        \
      UNROLL for (int b = 0; b < B; b++) {                                      \
        vec v = acc[p][b];                                                      \
        if (mode & CONV_RELU) {                                                 \
          v = (vec)((ivec)v & ~(v < 0)); /* NaN stays NaN */                    \
        }                                                                       \
        *(vec *)(out + p * outstep + b * VL) = v;                               \
      }                                                                         \
    }                                                                           \
  }

typedef void (*NAME(blockfn))(const float *, long, const int *, int, const float *,
                              const float *, float *, long, int);

#define FOR_1_TO_4(X, B) X(1, B) X(2, B) X(3, B) X(4, B)
#define FOR_5_TO_6(X, B) X(5, B) X(6, B)
#define FOR_7_TO_14(X, B) X(7, B) X(8, B) X(9, B) X(10, B) X(11, B) X(12, B) X(13, B) X(14, B)
#define ENTRY(P, B) NAME(block_##P##_##B),

FOR_1_TO_4(DEFINE_BLOCK, 1)
FOR_5_TO_6(DEFINE_BLOCK, 1)
FOR_1_TO_4(DEFINE_BLOCK, 2)
FOR_5_TO_6(DEFINE_BLOCK, 2)
FOR_1_TO_4(DEFINE_BLOCK, 4)
#if PMAX2 > 6
FOR_7_TO_14(DEFINE_BLOCK, 1)
FOR_7_TO_14(DEFINE_BLOCK, 2)
#endif
#if PMAX4 > 4
FOR_5_TO_6(DEFINE_BLOCK, 4)
#endif

static const NAME(blockfn) NAME(blocks1)[] = {
    FOR_1_TO_4(ENTRY, 1) FOR_5_TO_6(ENTRY, 1)
#if PMAX2 > 6
        FOR_7_TO_14(ENTRY, 1)
#endif
};
static const NAME(blockfn) NAME(blocks2)[] = {
    FOR_1_TO_4(ENTRY, 2) FOR_5_TO_6(ENTRY, 2)
#if PMAX2 > 6
        FOR_7_TO_14(ENTRY, 2)
#endif
};
static const NAME(blockfn) NAME(blocks4)[] = {
    FOR_1_TO_4(ENTRY, 4)
#if PMAX4 > 4
        FOR_5_TO_6(ENTRY, 4)
#endif
};

// wide tells whether a row of so many pixels and channels is better cut into
// blocks of four vectors.
INLINE int NAME(wide)(int columns, int vectors) {
  return vectors % 4 == 0 && columns <= PMAX4;
}

TARGET int NAME(vl)(void) { return VL; }

// pack orders weights (k, outc) as the blocks read them.
TARGET void NAME(pack)(const float *w, float *packed, int k, int outc, int columns) {
  const int vectors = outc / VL;
  const int four = NAME(wide)(columns, vectors);
  for (int v = 0; v < vectors;) {
    const int b = four ? 4 : vectors - v >= 2 ? 2 : 1;
    for (int i = 0; i < k; i++) {
      memcpy(packed, w + (long)i * outc + v * VL, sizeof(float) * b * VL);
      packed += b * VL;
    }
    v += b;
  }
}

TARGET void NAME(conv)(const struct conv_args *a) {
  const int vectors = a->outc / VL;
  const int four = NAME(wide)(a->planned, vectors);
  const int most = four ? PMAX4 : PMAX2;
  const int tiles = (a->columns + most - 1) / most;
  for (int n = 0; n < a->images; n++) {
    const float *w = a->packed;
    for (int v = 0; v < vectors;) {
      const int b = four ? 4 : vectors - v >= 2 ? 2 : 1;
      const NAME(blockfn) *fn = b == 4 ? NAME(blocks4) : b == 2 ? NAME(blocks2) : NAME(blocks1);
      const float *bias = a->bias ? a->bias + v * VL : 0;
      for (int y = 0; y < a->rows; y++) {
        const float *in = a->in + n * a->in_image + y * a->in_row;
        float *out = a->out + n * a->out_image + y * a->out_row + v * VL;
        for (int t = 0, x = 0; t < tiles; t++) {
          const int p = (a->columns - x + tiles - t - 1) / (tiles - t);
          fn[p - 1](in + x * a->in_step, a->in_step, a->off, a->k, w, bias,
                    out + x * a->out_step, a->out_step, a->mode);
          x += p;
        }
      }
      w += (long)a->k * b * VL;
      v += b;
    }
  }
}

// A sum over pixels of J inputs times B vectors of output gradients.
#define DEFINE_SUM(J, B)                                                          \
  static TARGET void NAME(sum_##J##_##B)(const struct convw_args *a, const int *off, \
                                         const float *in, const float *dy, float *dw) { \
    vec acc[J][B];                                                                \
    UNROLL for (int j = 0; j < J; j++) {                                          \
      UNROLL for (int b = 0; b < B; b++) { acc[j][b] = (vec){0}; }                \
    }                                                                             \
    const long o0 = off[0];                                                       \
    const int run = off[J - 1] == off[0] + J - 1;                                 \
    for (int y = 0; y < a->rows; y++) {                                           \
      const float *ip = in + y * a->in_row, *dp = dy + y * a->dy_row;             \
      if (run) {                                                                  \
        ip += o0;                                                                 \
        for (int x = 0; x < a->columns; x++, ip += a->in_step, dp += a->outc) {   \
          vec d[B];                                                               \
          UNROLL for (int b = 0; b < B; b++) { d[b] = *(const vec *)(dp + b * VL); } \
          UNROLL for (int j = 0; j < J; j++) {                                    \
            const float v = ip[j];                                                \
            UNROLL for (int b = 0; b < B; b++) { acc[j][b] += v * d[b]; }         \
          }                                                                       \
        }                                                                         \
      } else {                                                                    \
        for (int x = 0; x < a->columns; x++, ip += a->in_step, dp += a->outc) {   \
          vec d[B];                                                               \
          UNROLL for (int b = 0; b < B; b++) { d[b] = *(const vec *)(dp + b * VL); } \
          UNROLL for (int j = 0; j < J; j++) {                                    \
            const float v = ip[off[j]];                                           \
            UNROLL for (int b = 0; b < B; b++) { acc[j][b] += v * d[b]; }         \
          }                                                                       \
        }                                                                         \
      }                                                                           \
    }                                                                             \
    UNROLL for (int j = 0; j < J; j++) {                                          \
      UNROLL for (int b = 0; b < B; b++) {                                        \
        *(vec *)(dw + (long)j * a->outc + b * VL) += acc[j][b];                   \
      }                                                                           \
    }                                                                             \
  }

DEFINE_SUM(1, 1)
DEFINE_SUM(1, 2)
DEFINE_SUM(1, 4)
DEFINE_SUM(4, 1)
DEFINE_SUM(4, 2)
#if JMAX > 4
DEFINE_SUM(8, 1)
DEFINE_SUM(8, 2)
DEFINE_SUM(8, 3)
#endif

TARGET void NAME(convw)(const struct convw_args *a) {
  const int vectors = a->outc / VL;
  for (int i = 0; i < a->k;) {
    int j = 1;
    if (a->k - i >= 4) j = 4;
    if (JMAX > 4 && a->k - i >= 8) j = 8;
    float *row = a->dw + (long)i * a->outc;
    for (int v = 0; v < vectors;) {
      const float *dy = a->dy + v * VL;
      float *dw = row + v * VL;
      const int *off = a->off + i;
      const int left = vectors - v;
#if JMAX > 4
      if (j == 8 && (left == 3 || left % 2 == 1) && left >= 3) {
        NAME(sum_8_3)(a, off, a->in, dy, dw);
        v += 3;
        continue;
      }
      if (j == 8) {
        if (left >= 2) NAME(sum_8_2)(a, off, a->in, dy, dw);
        else NAME(sum_8_1)(a, off, a->in, dy, dw);
      } else
#endif
      if (j == 4) {
        if (left >= 2) NAME(sum_4_2)(a, off, a->in, dy, dw);
        else NAME(sum_4_1)(a, off, a->in, dy, dw);
      } else if (left >= 4) {
        NAME(sum_1_4)(a, off, a->in, dy, dw);
        v += 4;
        continue;
      } else {
        if (left >= 2) NAME(sum_1_2)(a, off, a->in, dy, dw);
        else NAME(sum_1_1)(a, off, a->in, dy, dw);
      }
      v += left >= 2 ? 2 : 1;
    }
    i += j;
  }
}

// The rest moves memory more than it counts: pixels of c channels each, c a
// multiple of VL.

TARGET void NAME(stats)(const float *x, long pixels, int c, float *sum, float *squares) {
  for (int v = 0; v < c; v += VL) {
    vec s = {0}, q = {0};
    const float *at = x + v;
    for (long i = 0; i < pixels; i++, at += c) {
      const vec a = *(const vec *)at;
      s += a;
      q += a * a;
    }
    *(vec *)(sum + v) = s;
    *(vec *)(squares + v) = q;
  }
}

TARGET void NAME(affine)(const float *x, const float *skip, const float *scale, const float *shift,
                         float *y, long pixels, int c, int relu) {
  for (long i = 0; i < pixels; i++, x += c, y += c) {
    for (int v = 0; v < c; v += VL) {
      vec a = *(const vec *)(x + v) * *(const vec *)(scale + v) + *(const vec *)(shift + v);
      if (skip) a += *(const vec *)(skip + v);
      if (relu) a = (vec)((ivec)a & ~(a < 0));
      *(vec *)(y + v) = a;
    }
    if (skip) skip += c;
  }
}

// gradsums sums dy and dy·x over pixels; where y is given, dy counts only where y > 0.
TARGET void NAME(gradsums)(const float *x, const float *y, const float *dy, long pixels, int c,
                           float *sum, float *product) {
  for (int v = 0; v < c; v += VL) {
    vec s = {0}, q = {0};
    for (long i = 0; i < pixels; i++) {
      vec d = *(const vec *)(dy + i * c + v);
      if (y) d = (vec)((ivec)d & (*(const vec *)(y + i * c + v) > 0));
      s += d;
      q += d * *(const vec *)(x + i * c + v);
    }
    *(vec *)(sum + v) = s;
    *(vec *)(product + v) = q;
  }
}

// gradapply makes dx = a·dy + b·x + e per channel, and dskip = dy, of the dy
// that the rectifier lets through.
TARGET void NAME(gradapply)(const float *x, const float *y, const float *dy, const float *a,
                            const float *b, const float *e, float *dx, float *dskip, long pixels, int c) {
  for (long i = 0; i < pixels; i++) {
    for (int v = 0; v < c; v += VL) {
      const long at = i * c + v;
      vec d = *(const vec *)(dy + at);
      if (y) d = (vec)((ivec)d & (*(const vec *)(y + at) > 0));
      *(vec *)(dx + at) = *(const vec *)(a + v) * d + *(const vec *)(b + v) * *(const vec *)(x + at) + *(const vec *)(e + v);
      if (dskip) *(vec *)(dskip + at) = d;
    }
  }
}

// LARGER is the larger of p and q, p where they are equal, and NaN if either is.
#define LARGER(p, q) NAME(pick)(p, q, (p >= q) | (p != p))

INLINE vec NAME(pick)(vec p, vec q, ivec first) { return (vec)(((ivec)p & first) | ((ivec)q & ~first)); }

// maxpool takes the largest of 2 × 2 pixels; an odd last row or column is left out.
TARGET void NAME(maxpool)(const float *x, float *y, int rows, int columns, int c) {
  const long row = (long)columns * c;
  for (int r = 0; r + 1 < rows; r += 2) {
    for (int k = 0; k + 1 < columns; k += 2) {
      const float *at = x + r * row + (long)k * c;
      for (int v = 0; v < c; v += VL, y += VL) {
        const vec p = *(const vec *)(at + v), q = *(const vec *)(at + c + v);
        const vec s = *(const vec *)(at + row + v), t = *(const vec *)(at + row + c + v);
        const vec u = LARGER(p, q), w = LARGER(s, t);
        *(vec *)y = LARGER(u, w);
      }
    }
  }
}

// maxpoolgrad hands dy to the first of the four that was the largest; dx is zero before.
TARGET void NAME(maxpoolgrad)(const float *x, const float *y, const float *dy, float *dx, int rows, int columns, int c) {
  const long row = (long)columns * c;
  for (int r = 0; r + 1 < rows; r += 2) {
    for (int k = 0; k + 1 < columns; k += 2) {
      const long at = r * row + (long)k * c;
      for (int v = 0; v < c; v += VL, y += VL, dy += VL) {
        const vec top = *(const vec *)y;
        ivec left = ~(ivec){0};
        const long corner[4] = {at, at + c, at + row, at + row + c};
        UNROLL for (int i = 0; i < 4; i++) {
          const ivec hit = left & (*(const vec *)(x + corner[i] + v) == top);
          *(vec *)(dx + corner[i] + v) = (vec)(*(const ivec *)dy & hit);
          left &= ~hit;
        }
      }
    }
  }
}
