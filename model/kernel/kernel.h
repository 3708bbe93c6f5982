// What the kernels of every instruction set share.
#ifndef LIGHTBOX_KERNEL_H
#define LIGHTBOX_KERNEL_H

enum {
  CONV_RELU = 1, // negative results become zero
  CONV_ADD = 2,  // results are added to what is there
};

// A convolution without borders: every place that off leads to exists.
// Strides are counted in floats.
struct conv_args {
  const float *in, *packed, *bias;
  float *out;
  const int *off; // k offsets from an output pixel's first input
  int k, outc, images, rows, columns, mode;
  int planned; // columns, as pack was told
  long in_image, in_row, in_step, out_image, out_row, out_step;
};

// The gradient of its weights for one band of rows, added to dw (k, outc).
struct convw_args {
  const float *in, *dy;
  float *dw;
  const int *off;
  int k, outc, rows, columns;
  long in_row, in_step, dy_row;
};

#define DECLARE(isa)                                                              \
  int vl_##isa(void);                                                             \
  void pack_##isa(const float *, float *, int, int, int);                         \
  void conv_##isa(const struct conv_args *);                                      \
  void convw_##isa(const struct convw_args *);                                     \
  void stats_##isa(const float *, long, int, float *, float *);                    \
  void affine_##isa(const float *, const float *, const float *, const float *, float *, long, int, int); \
  void gradsums_##isa(const float *, const float *, const float *, long, int, float *, float *); \
  void gradapply_##isa(const float *, const float *, const float *, const float *, const float *, const float *, float *, float *, long, int); \
  void maxpool_##isa(const float *, float *, int, int, int);                       \
  void maxpoolgrad_##isa(const float *, const float *, const float *, float *, int, int, int);

DECLARE(base)
#if defined(__x86_64__)
DECLARE(avx2)
DECLARE(avx512)
#endif

int lightbox_isa(int most); // picks the widest instruction set up to most: 0 base, 1 AVX2, 2 AVX-512
int lightbox_vl(void);
void lightbox_pack(const float *, float *, int, int, int);
void lightbox_conv(const struct conv_args *);
void lightbox_convw(const struct convw_args *);
void lightbox_stats(const float *, long, int, float *, float *);
void lightbox_affine(const float *, const float *, const float *, const float *, float *, long, int, int);
void lightbox_gradsums(const float *, const float *, const float *, long, int, float *, float *);
void lightbox_gradapply(const float *, const float *, const float *, const float *, const float *, const float *, float *, float *, long, int);
void lightbox_maxpool(const float *, float *, int, int, int);
void lightbox_maxpoolgrad(const float *, const float *, const float *, float *, int, int, int);

#endif
