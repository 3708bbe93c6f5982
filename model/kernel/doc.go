// Package kernel computes the layers of the networks: convolution, its
// gradients, pooling and normalisation, on the vector units of the processor.
//
// Pictures are float32 and stored row by row with the channels of a pixel
// beside each other: (image, row, column, channel). Weights of a convolution
// are (row, column, input channel, output channel). Channels come in multiples
// of [Lanes], so that a vector never holds parts of two pixels; only the input
// of a network may have any number.
//
// The loops are C in vector extensions that GCC and Clang share, compiled for
// AVX-512, AVX2 and what every processor has (SSE2, NEON), and picked when the
// program starts. Without cgo plain Go takes their place: the same results to
// rounding, slowly. The package knows nothing of networks or files.
package kernel

// Lanes is what numbers of channels are multiples of.
const Lanes = 16
