package app

import (
	"image"

	"lightbox/app/frames"
	"lightbox/vision"
	"lightbox/vision/study"
)

// Event tells what changed in a Session's state. Widgets redraw what an event
// concerns and read the state afresh; an event carries no values of its own.
type Event int

// The events.
const (
	ScanOpened       Event = iota // another stack: Scan, Views and everything that hangs on them
	FrameShown                    // another frame of the same stack: Scan, Views, Frame
	FrameChanged                  // Frame, before its picture is there
	CatalogChanged                // Studies, Stacks: more was found while reading
	LoadedChanged                 // Loaded
	ThumbnailReady                // Session.Thumbnail of one more stack
	CineChanged                   // Playing, Rate
	ViewsChanged                  // Blurred and BlurApplied
	DisplayChanged                // VOI, Invert
	GeometryChanged               // Viewport, FitToPane
	CursorMoved                   // Cursor
	ReadingChanged                // Reading
	BusyChanged                   // Busy
	ProblemChanged                // Problem
	SettingsChanged               // Settings
	BlurChanged                   // Blur: what is asked for, before it is computed
	TermsChanged                  // Settings.TermsOf: what the reading is shown at
	StabilityChanged              // Stability
	OverlayChanged                // Overlay, and Why by another method
)

// Stage names what is going on while something is waited for.
type Stage string

// The stages of an opening and of a change of filter.
const (
	StageReading Stage = "Reading the file"
	StageIndex   Stage = "Reading the headers"
	StageFrame   Stage = "Decoding the frame"
	StageBlur    Stage = "Filtering"
	StageModel   Stage = "Running the model"
	StageExport  Stage = "Writing the views"

	StageOcclusion Stage = "Computing the occlusion map"
)

// Busy is work in progress that takes long enough to be shown.
type Busy struct {
	Stage       Stage
	File        string // base name
	Done, Total int64  // bytes; Total 0 where the length is not known
}

// Views are the three pictures of the open scan, ready to be drawn.
type Views struct {
	Original, Gray, Blurred *vision.Pyramid
	gray, blurred           *vision.Gray
}

// State is all that is open in a window. It belongs to the goroutine that the
// Session posts to; other goroutines never see it.
type State struct {
	Scan  *vision.Scan // nil until a scan is open
	Views Views

	Blur         vision.Blur // as asked for
	BlurApplied  vision.Blur // of Views.Blurred
	AppliedSigma float64     // px, of the kernel that was applied

	VOI      vision.VOI
	VOIIndex int // in Scan.VOIs, -1 after a change by hand
	Invert   bool

	Viewport  vision.Viewport
	FitToPane bool        // the viewport follows the size of the panes
	Pane      image.Point // screen pixels of one pane; all three are equal

	Cursor  image.Point // image pixel under the pointer
	InImage bool        // whether Cursor lies on the image

	Reading   Reading
	Model     string     // what reads: auto, or the model that was asked for
	Stability *Stability // of a result; nil until there is one to be told
	Busy      *Busy      // nil when nothing takes long
	Problem   *Message   // the last failure, until the next success or its dismissal
	Overlay   Overlay    // what the user wants drawn of a result
	why       *Why

	// What was opened: studies, and their stacks one after the other.
	Studies    []*study.Study
	Stacks     []*Stack
	StackIndex int // of the one on screen, -1 without

	// Indexing tells that more may be found: what the stacks' notes say of
	// missing slices is not true yet.
	Indexing bool

	Frame      int            // of the stack, from 0: the one that was asked for
	FrameFault *Message       // why that frame cannot be shown; Scan is nil then
	Loaded     map[Frame]bool // frames that are decoded and ready

	// Redecoded tells that the texts of Scan.Header are read as GB18030 although
	// the file declares another character set.
	Redecoded bool

	shown      Frame  // on screen: that of Scan, or of which FrameFault tells
	shownStack string // ID of the stack that Scan belongs to

	Playing bool
	Rate    float64 // cine, frames per second
}

// Frame names a frame of an opened file.
type Frame = frames.Key

// Stack is the stack on screen, nil without.
func (s *State) Stack() *Stack {
	if s.StackIndex < 0 || s.StackIndex >= len(s.Stacks) {
		return nil
	}
	return s.Stacks[s.StackIndex]
}

// Frames is the number of frames of the stack on screen.
func (s *State) Frames() int {
	if st := s.Stack(); st != nil {
		return len(st.Frames)
	}
	return 0
}

// ShownFrame is the number of the frame on screen in its stack, from 0; without
// a picture, of the one that was asked for.
func (s *State) ShownFrame() int {
	k := s.Stack()
	if k == nil || s.Scan == nil {
		return s.Frame
	}
	if s.Frame < len(k.Frames) && frames.KeyOf(k.Frames[s.Frame]) == s.shown {
		return s.Frame
	}
	for i, f := range k.Frames {
		if frames.KeyOf(f) == s.shown {
			return i
		}
	}
	return s.Frame
}

// Probe is what lies under the cursor in each view.
type Probe struct {
	X, Y             int       // column, row, from 0
	Stored, Modality []float64 // a value for each sample; of a colour scan Modality is red, green and blue
	Padding          bool
	Wide             bool // more than 16 bits: Stored is the file's own value, StoredGray and StoredBlurred are steps

	// The other views, before and after the rescale.
	StoredGray, StoredBlurred int
	Gray, Blurred             float64

	HasModality bool // modality values differ from stored ones
	Unit        string
}

// Probe reads the values under the cursor; ok is false where there are none.
func (s *State) Probe() (p Probe, ok bool) {
	if s.Scan == nil || !s.InImage || !s.Scan.Values.Contains(s.Cursor.X, s.Cursor.Y) {
		return Probe{}, false
	}
	x, y := s.Cursor.X, s.Cursor.Y
	m := s.Scan.Modality
	p = Probe{
		X: x, Y: y, Padding: s.Scan.Padding(x, y), Unit: m.Unit,
		HasModality: m.Rescales() || s.Scan.Values != s.Scan.Stored,
	}
	for c := range s.Scan.Stored.Samples {
		p.Stored = append(p.Stored, float64(s.Scan.Stored.Value(x, y, c)))
	}
	for c := range s.Scan.Values.Samples {
		p.Modality = append(p.Modality, m.Value(s.Scan.Values.Value(x, y, c)))
	}
	if i := y*s.Scan.Stored.Columns + x; i < len(s.Scan.Wide) {
		h := &s.Scan.Header
		p.Wide, p.Stored[0] = true, s.Scan.Wide[i]
		p.Modality[0] = h.RescaleSlope*s.Scan.Wide[i] + h.RescaleIntercept
		p.HasModality = h.RescaleSlope != 1 || h.RescaleIntercept != 0
	}
	if g := s.Views.gray; g != nil {
		p.StoredGray = g.Value(x, y, 0)
		p.Gray = m.Value(p.StoredGray)
	}
	if b := s.Views.blurred; b != nil {
		p.StoredBlurred = b.Value(x, y, 0)
		p.Blurred = m.Value(p.StoredBlurred)
	}
	return p, true
}
