package app

import (
	"lightbox/app/frames"
	"lightbox/app/marks"
	"lightbox/vision"
	"lightbox/vision/study"
)

// Event tells what changed in a Session's state. Widgets redraw what an event
// concerns and read the state afresh; an event carries no values of its own.
type Event int

// The events.
const (
	ScanOpened          Event = iota // another stack in a pane: Scan, Views and everything that hangs on them
	FrameShown                       // another frame of the same stack in a pane: Scan, Views, Frame
	FrameChanged                     // Frame, before its picture is there
	CatalogChanged                   // Studies, Stacks: more was found while reading
	LoadedChanged                    // Loaded
	ThumbnailReady                   // Session.Thumbnail of one more stack
	CineChanged                      // Playing, Rate
	ViewsChanged                     // the views of a frame, or which one a pane shows
	DisplayChanged                   // VOI, Invert of any pane
	GeometryChanged                  // Viewport, FitToPane of any pane
	CursorMoved                      // Cursor of any pane
	ReadingChanged                   // Reading
	BusyChanged                      // Busy
	ProblemChanged                   // Problem
	SettingsChanged                  // Settings
	FiltersChanged                   // Filters: what is asked for, before it is computed
	TermsChanged                     // Settings.TermsOf: what the reading is shown at
	StabilityChanged                 // Stability
	OverlayChanged                   // Overlay, and Why by another method
	ActiveChanged                    // Active, and with it everything that hangs on the active pane
	LayoutChanged                    // Layout, Panes
	LinksChanged                     // Links
	MarksChanged                     // marks, key images, Selected, Preview
	DemoChanged                      // Demo, and with it all texts
	ModeChanged                      // Mode, Revealed, Case, CaseAt
	HistoryChanged                   // what can be undone and done again
	PresentationChanged              // whether a presentation state is for the image in the active pane, or applied
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
	StageMarks   Stage = "Measuring"
	StagePicture Stage = "Writing the picture"

	StageOcclusion Stage = "Computing the occlusion map"
)

// Busy is work in progress that takes long enough to be shown.
type Busy struct {
	Stage       Stage
	File        string // base name; empty in the demo mode
	Done, Total int64  // bytes; Total 0 where the length is not known
}

// State is all that is open in a window. It belongs to the goroutine that the
// Session posts to; other goroutines never see it.
type State struct {
	// The active pane: keys, bars and the model are about what it shows.
	*Pane

	Panes  []*Pane // in the order of the layout
	Active int     // which of them is the active one
	Layout Layout
	Links  Links

	peeked     *Pane // that shows the blur for a while, and what it showed before
	peekedView vision.ViewKind

	Localizers bool   // lines where the active pane's image cuts the others
	Cross      *Cross // the cross-hair; nil without

	Selected string      // ID of the mark that keys act on, of the frame in the active pane
	Preview  *marks.Mark // a mark that is being made in the active pane
	marks    map[Frame][]marks.Mark
	keys     map[Frame]bool // key images

	marksVersion uint64 // counts the changes of marks
	found        foundReferences

	Filters vision.Filters // as asked for; Views tell what was applied

	Demo    bool // who the patients are is masked
	Mode    Mode // when results are shown
	reading *CaseLog
	cases   caseList

	Reading   Reading    // of the frame in the active pane
	Model     string     // what reads: auto, or the model that was asked for
	Stability *Stability // of a result; nil until there is one to be told
	Busy      *Busy      // nil when nothing takes long
	Problem   *Message   // the last failure, until the next success or its dismissal
	Told      *Message   // what is to be known and no failure, until the next thing is said
	Overlay   Overlay    // what the user wants drawn of a result
	why       *Why

	// What was opened: studies, and their stacks one after the other.
	Studies []*study.Study
	Stacks  []*Stack

	// Indexing tells that more may be found: what the stacks' notes say of
	// missing slices is not true yet.
	Indexing bool

	Loaded map[Frame]bool // frames that are decoded and ready

	Playing bool
	Rate    float64 // cine, frames per second
}

// Frame names a frame of an opened file.
type Frame = frames.Key
