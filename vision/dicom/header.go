package dicom

// Syntax is a transfer syntax (PS3.5 section 10, PS3.6 table A-1).
type Syntax struct {
	UID  string
	Name string // the standard's short name, e.g. "Explicit VR Little Endian"
}

// Header is what Lightbox reads of a DICOM image object, in the standard's
// terms. Absent attributes are the zero value; pointers are nil where zero
// would be a meaning.
type Header struct {
	Syntax Syntax

	// General and patient modules.
	SOPClassUID, SOPInstanceUID, StudyUID, SeriesUID string
	Modality                                         string
	PatientName                                      string // decoded, "Family^Given" form
	PatientID, BirthDate, Sex, Age                   string // BirthDate YYYYMMDD, Age as in "067Y"
	Institution, StudyDescription, Accession         string
	StudyDate, StudyTime                             string // YYYYMMDD, HHMMSS
	SeriesNumber, SeriesDescription                  string
	InstanceNumber                                   string
	BodyPart, ViewPosition, Laterality               string // Laterality: Image Laterality, else Laterality
	ViewCode                                         string // the meaning of View Code Sequence (0054,0220), decoded
	PatientOrientation                               []string
	// ImageOrientation holds the direction cosines of a row and of a column in
	// the patient (0020,0037), x to the left, y to the back, z to the head; nil
	// if absent.
	ImageOrientation              []float64
	SliceThickness, SliceLocation string

	// Where the frames lie and how they belong together.
	ImagePosition        []float64 // (0020,0032): x, y, z in mm of the first pixel's centre; nil if absent
	FrameOfReferenceUID  string
	SpacingBetweenSlices float64  // mm, 0 if absent
	ImageType            []string // (0008,0008)
	AcquisitionNumber    string
	EchoTime             string // (0018,0081)
	TemporalPosition     string // Temporal Position Identifier (0020,0100)
	SeriesDate           string
	SeriesTime           string
	ContentTime          string // (0008,0033)
	Protocol             string // (0018,1030)

	// How fast a cine is played: frames per second from Recommended Display
	// Frame Rate, Cine Rate or Frame Time; 0 where the file does not say.
	FrameRate float64

	// PerFrame describes each frame of an enhanced object (Per-Frame
	// Functional Groups Sequence), in the order of the frames; nil where the
	// object has none, so that the header is that of each frame.
	PerFrame []FrameInfo

	// Image pixel module (PS3.3 C.7.6.3).
	Rows, Columns, Samples             int
	BitsAllocated, BitsStored, HighBit int
	Signed                             bool // Pixel Representation 1
	PlanarConfiguration                int  // 0 by pixel, 1 by plane
	Photometric                        string
	Frames                             int  // Number of Frames, 1 if absent
	PaddingValue, PaddingLimit         *int // (0028,0120), (0028,0121), in stored values with their sign

	// Modality LUT module (PS3.3 C.11.1).
	RescaleSlope, RescaleIntercept float64 // 1 and 0 if absent
	RescaleType                    string
	ModalityLUT                    *LUT

	// VOI LUT module (PS3.3 C.11.2).
	Windows     []Window
	VOIFunction string // LINEAR, LINEAR_EXACT or SIGMOID; LINEAR if absent
	VOILUTs     []LUT

	PresentationLUTShape string // IDENTITY, INVERSE or empty

	Palette  *Palette // nil if absent or unusable
	Overlays []Overlay

	PixelSpacing, ImagerPixelSpacing []float64 // mm: between rows, between columns; empty if absent or not positive
	PixelSpacingCalibrationType      string    // (0028,0A02)
	Magnification                    float64   // Estimated Radiographic Magnification Factor (0018,1114), 0 if absent

	Regions []Region // of ultrasound, in the order of the file; nil if absent

	LossyCompression   string    // (0028,2110)
	LossyRatios        []float64 // (0028,2112): one for each time that it was compressed
	LossyMethod        string    // (0028,2114)
	BurnedInAnnotation string    // (0028,0301)
	Manufacturer       string

	// CharsetDoubt tells that the texts are probably GB18030 although the
	// object says otherwise; Redecoded reads them so.
	CharsetDoubt bool
	raw          map[tag]string // texts with bytes above 127, as stored

	paletteFault error // why a palette cannot be used
	set          charset
}

// FrameInfo is what the functional groups say of one frame (PS3.3 C.7.6.16),
// those that all frames share included. Absent ones are nil or zero.
type FrameInfo struct {
	Position    []float64 // Image Position (Patient)
	Orientation []float64 // Image Orientation (Patient)
	Spacing     []float64 // Pixel Spacing
	Thickness   string    // Slice Thickness

	StackID          string // (0020,9056)
	InStackPosition  int    // (0020,9057), 0 if absent
	TemporalIndex    int    // Temporal Position Index (0020,9128), 0 if absent
	DimensionIndices []int  // Dimension Index Values (0020,9157)

	RescaleSlope, RescaleIntercept float64 // both 0 where the frame states none
	RescaleType                    string
	Windows                        []Window
	VOIFunction                    string
}

// Window is one centre/width pair with its explanation (0028,1050/1051/1055),
// in modality values.
type Window struct {
	Centre, Width float64
	Explanation   string
}

// LUT is a lookup table with its descriptor (PS3.3 C.11.1.1.1, C.11.2.1.1).
// Inputs below First take the first entry, inputs past the end the last.
type LUT struct {
	First       int // first input value mapped, with the sign of the input
	Bits        int // bits of an entry, 8 or 16 (10…16 in practice)
	Data        []uint16
	Explanation string
}
