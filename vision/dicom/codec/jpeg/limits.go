package jpeg

// What a stream may make us do. Sizes of the picture itself are held against
// codec.Check before anything is allocated.
const (
	// Working memory (sample planes and, for progressive streams, the
	// coefficients) in multiples of the largest picture that the job allows.
	// An 8-bit progressive stream needs three times its picture.
	maxWorkFactor = 4

	// Small pictures get this much working memory anyhow: a column of one
	// pixel is padded to the width of an MCU.
	minWorkBytes = 16 << 20

	// A stream too short for its picture is decoded as far as it goes, but a
	// picture larger than this is not allocated for it.
	maxBytesForStump = 16 << 20

	// Scans of a progressive stream; each goes over all blocks of its components,
	// however few bytes it has. Encoders write about ten, which is fewer passes
	// over the picture. More passes are granted by the bits in the stream.
	maxScans  = 500
	maxPasses = 32

	// The context is asked once every so many rows of MCUs.
	rowsPerCheck = 8
)
