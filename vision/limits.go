package vision

// Limits on what is read. A file that claims more is refused before anything
// is allocated for it.
const (
	// maxPixels bounds rows × columns of one frame. 2^28 is a 16384 × 16384
	// film, 512 MiB at 16 bit; the largest digital mammogram is a tenth of it.
	maxPixels = 1 << 28

	// maxFileBytes bounds what is read into memory for a picture file. DICOM
	// has its own limit in vision/dicom.
	maxFileBytes = 1 << 30

	// MaxKernel is the largest Gaussian kernel in pixels that can be set.
	MaxKernel = 99

	// MaxSigma is the largest Gaussian standard deviation in pixels.
	MaxSigma = 100.0
)
