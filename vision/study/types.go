package study

// Study is what was done to a patient at one time. Pictures and volumes
// without a study are grouped by their folder, in a Study without UID.
type Study struct {
	UID, Date, Time, Description, Accession, Institution string
	PatientName, PatientID, BirthDate, Sex, Age          string
	Folder                                               string // of the files; set where UID is empty
	Series                                               []*Series
}

// Series is what was done in one go. It is immutable.
type Series struct {
	UID, Number, Modality, Description string
	Date, Time, BodyPart, Protocol     string
	Laterality                         string

	Stacks []*Stack

	// Others are the objects without images: reports, plans, presentation
	// states. Item.Fault says what each is.
	Others []*Item
}

// Images is the number of frames in all stacks.
func (s *Series) Images() int {
	n := 0
	for _, k := range s.Stacks {
		n += len(k.Frames)
	}
	return n
}

// Stack is what is scrolled through: images of one size, kind and direction in
// the order of their places, or of time. It is immutable.
//
// Frames with places are ordered along the slices' normal, the cross product of
// row and column direction, as DICOM viewers do: from the left to the right of
// the patient in the usual sagittal display, from front to back in the usual
// coronal one. Axial stacks always run from the feet to the head, whichever
// way they were stored. Without places, or with places that are all the same,
// the order is that of time, Instance Number and file name.
type Stack struct {
	// Key names the stack within its series, the same from one call of
	// Catalog.Studies to the next as long as its kind of images stays the same.
	Key    string
	Frames []Frame

	Rows, Columns int

	// Spacing is the median distance between slices in mm, 0 where unknown.
	Spacing float64

	// Orientation holds the direction cosines of row and column; nil where the
	// frames have none or differ.
	Orientation []float64

	// Notes say what is odd: of kind fault.Gap, Duplicate, Uneven,
	// MixedOrientation and MixedSize.
	Notes []error

	FrameRate float64 // frames a second, 0 unknown

	// Label tells the stack from the others of its series, in terms that need
	// no translation: "TE 4.6 ms", "2/10", "LOCALIZER", "512×512". Empty for a
	// stack alone.
	Label string
}

// Frame is one image of a stack.
type Frame struct {
	Item        *Item
	Index       int        // which frame of the item, from 0
	Position    [3]float64 // mm, of the first pixel's centre
	HasPosition bool
	Along       float64 // mm along the direction in which the stack is ordered
}

// Problem is a file that could not be read, or a folder.
type Problem struct {
	Path  string
	Err   error // a *fault.Error
	Named bool  // named by the user, not found in a folder
}
