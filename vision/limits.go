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

	// minUnsharpSigma and maxUnsharpSigma bound the standard deviation in pixels
	// of unsharp masking, whose kernel follows it: 201 pixels at most.
	minUnsharpSigma = 0.1
	maxUnsharpSigma = 25.0

	// maxAmount is how many times the difference from the blurred picture can be
	// added to it.
	maxAmount = 10.0

	// minMedian and maxMedian are the apertures in pixels for which OpenCV has a
	// median of 16 bits.
	minMedian = 3
	maxMedian = 5

	// maxSobel is the largest aperture in pixels for which OpenCV has a kernel of
	// Sobel's.
	maxSobel = 7
	// minCanny is the least aperture in pixels that OpenCV's Canny takes, maxThreshold
	// the largest threshold that it tells from others.
	minCanny     = 3
	maxThreshold = 32767

	// maxClip and maxTiles bound CLAHE: so often can a level occur, as a multiple
	// of its even share, and so many tiles there are across and down.
	maxClip  = 40.0
	maxTiles = 16
)
