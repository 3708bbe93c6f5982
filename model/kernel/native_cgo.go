//go:build cgo

package kernel

/*
#cgo CFLAGS: -O2 -Wall -Wno-psabi -Wno-unknown-pragmas
#include "kernel.h"

// The arguments come one by one: a struct of Go's that holds pointers of Go's
// may not be handed to C.
static void conv_call(const float *in, const float *packed, const float *bias, float *out, const int *off,
                      int k, int outc, int images, int rows, int columns, int mode, int planned,
                      long in_image, long in_row, long in_step, long out_image, long out_row, long out_step) {
  struct conv_args a = {in, packed, bias, out, off, k, outc, images, rows, columns, mode, planned,
                        in_image, in_row, in_step, out_image, out_row, out_step};
  lightbox_conv(&a);
}

static void convw_call(const float *in, const float *dy, float *dw, const int *off, int k, int outc,
                       int rows, int columns, long in_row, long in_step, long dy_row) {
  struct convw_args a = {in, dy, dw, off, k, outc, rows, columns, in_row, in_step, dy_row};
  lightbox_convw(&a);
}
*/
import "C"

import "unsafe"

// Instruction sets, from the least to the widest.
const (
	isaBase = iota
	isaAVX2
	isaAVX512
)

func init() { useISA(isaAVX512) }

// useISA picks the widest instruction set up to most that the processor has,
// and returns it. Only tests call it after the start.
func useISA(most int) int { return int(C.lightbox_isa(C.int(most))) }

func floats(s []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(s))) }

func pack(dst, w []float32, k, out, columns int) {
	C.lightbox_pack(floats(w), floats(dst), C.int(k), C.int(out), C.int(columns))
}

func conv(a *convArgs) {
	C.conv_call(floats(a.in), floats(a.packed), floats(a.bias), floats(a.out), (*C.int)(unsafe.Pointer(unsafe.SliceData(a.off))),
		C.int(len(a.off)), C.int(a.outc), C.int(a.images), C.int(a.rows), C.int(a.columns), C.int(a.mode), C.int(a.planned),
		C.long(a.inImage), C.long(a.inRow), C.long(a.inStep), C.long(a.outImage), C.long(a.outRow), C.long(a.outStep))
}

func convWeights(a *convWeightsArgs) {
	C.convw_call(floats(a.in), floats(a.dy), floats(a.dw), (*C.int)(unsafe.Pointer(unsafe.SliceData(a.off))),
		C.int(len(a.off)), C.int(a.outc), C.int(a.rows), C.int(a.columns), C.long(a.inRow), C.long(a.inStep), C.long(a.dyRow))
}

func stats(x []float32, c int, sum, squares []float32) {
	C.lightbox_stats(floats(x), C.long(len(x)/c), C.int(c), floats(sum), floats(squares))
}

func affine(y, x, skip, scale, shift []float32, c int, relu bool) {
	C.lightbox_affine(floats(x), floats(skip), floats(scale), floats(shift), floats(y), C.long(len(x)/c), C.int(c), flag(relu))
}

func gradSums(x, y, dy []float32, c int, sum, product []float32) {
	C.lightbox_gradsums(floats(x), floats(y), floats(dy), C.long(len(x)/c), C.int(c), floats(sum), floats(product))
}

func gradApply(dx, dskip, x, y, dy, a, b, e []float32, c int) {
	C.lightbox_gradapply(floats(x), floats(y), floats(dy), floats(a), floats(b), floats(e), floats(dx), floats(dskip), C.long(len(x)/c), C.int(c))
}

func maxPool(y, x []float32, rows, columns, c int) {
	C.lightbox_maxpool(floats(x), floats(y), C.int(rows), C.int(columns), C.int(c))
}

func maxPoolGrad(dx, x, y, dy []float32, rows, columns, c int) {
	C.lightbox_maxpoolgrad(floats(x), floats(y), floats(dy), floats(dx), C.int(rows), C.int(columns), C.int(c))
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}
