package vision

import (
	"context"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
)

// Scan is one frame as an image: its stored values and how to read them.
type Scan struct {
	Path   string
	Format Format
	Frame  int // of the file, from 0

	// Header is what the file says of this frame: where the frames of one file
	// differ in place, window or rescale, those are the frame's own. Picture
	// files fill in the pixel description only.
	Header dicom.Header

	// Stored holds the values as they stand in the file, Values what the
	// views, the statistics and the network work on. They are the same image
	// unless the file has a Modality LUT, a palette or a colour space other
	// than RGB: then Values is what these give.
	Stored, Values *Image
	Modality       Modality

	// Wide holds the stored values of files that have more than 16 bits or
	// floating point, in the order of Stored.Pix; nil otherwise. Stored and
	// Values then hold them in 65,536 steps between Modality's ends.
	Wide []float64

	// VOIs are the windows to choose from; the first is the default.
	VOIs []VOI

	// Inverse is the file's own polarity: true for MONOCHROME1 and for
	// Presentation LUT Shape INVERSE, which state the same thing (PS3.3
	// C.11.6) and so invert once.
	Inverse bool

	// Incomplete says what is missing of a file whose frame is nevertheless
	// shown; Decoded is how many of the rows are there, the others are black
	// and marked.
	Incomplete error
	Decoded    int

	// Notes say what is odd about the frame though it is shown: *fault.Error.
	Notes []error

	// Overlay marks the pixels that the file's overlay planes set; nil without.
	Overlay *Overlay

	// Lossy tells that the pixels went through a coding process that loses
	// information, by the header's word or by the codestream's. LossyRatio is how
	// many times fewer bytes it left: the most that the header states or the
	// codestream's length shows, 0 where neither tells.
	Lossy      bool
	LossyRatio float64

	// Spacing in mm between rows and between columns, nil without a source; see
	// SpacingIn for files with ultrasound regions.
	Spacing *Spacing

	padding *paddingRange
	placed  bool // the header's place is that of this frame

	// What a presentation state puts in the place of the modality and after the window;
	// nil where there is none, see Present.
	shown  func(number int) float64
	output *dicom.LUT
}

// Open reads the first frame of the scan at path. The path may hold any
// characters: the file is read by Go and never named to OpenCV.
//
// Errors are *fault.Error; a cancelled context gives fault.Interrupted.
func Open(ctx context.Context, path string, progress ProgressFunc) (*Scan, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	f, err := openFile(ctx, blob.File(path), progress, true)
	if err != nil {
		return nil, err
	}
	return f.Scan(ctx, 0)
}

// Excluded tells whether pixel number i carries no image: padding, or a row
// that could not be decoded.
func (s *Scan) excluded(i int) bool {
	return s.Decoded < s.Stored.Rows && i >= s.Decoded*s.Stored.Columns ||
		s.padding != nil && s.padding.contains(s.Stored.number(s.Stored.Pix[i]))
}

// masked tells whether any pixel can be excluded.
func (s *Scan) masked() bool {
	return s.Stored.Samples == 1 && (s.padding != nil || s.Decoded < s.Stored.Rows)
}

// Padding tells whether the pixel in column x and row y carries no image.
func (s *Scan) Padding(x, y int) bool { return s.masked() && s.excluded(y*s.Stored.Columns+x) }

// Bytes is the memory that the scan's pixels take.
func (s *Scan) Bytes() int64 {
	n := int64(len(s.Stored.Pix)) * 2
	if s.Values != s.Stored {
		n += int64(len(s.Values.Pix)) * 2
	}
	if s.Overlay != nil {
		n += int64(len(s.Overlay.Set))
	}
	return n + int64(len(s.Wide))*8
}
