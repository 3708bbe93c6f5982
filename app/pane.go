package app

import (
	"image"

	"lightbox/app/frames"
	"lightbox/app/link"
	"lightbox/vision"
)

// Pane is what one pane shows, and how it is looked at. The session owns it;
// panes that show the same frame share its Views.
type Pane struct {
	View vision.ViewKind // which view of the frame

	StackIndex int // in State.Stacks, -1 without
	Frame      int // of the stack, from 0: the one that was asked for

	Scan       *vision.Scan // on screen; nil until there is one
	Views      *Views       // of Scan; nil without
	FrameFault *Message     // why the frame cannot be shown; Scan is nil then

	// Redecoded tells that the texts of Scan.Header are read as GB18030 although
	// the file declares another character set.
	Redecoded bool

	// Presented is the picture as a presentation state has it shown; nil without one.
	// OwnShown tells that there is one, and the reader wants the image's own presentation.
	Presented *vision.Presented
	OwnShown  bool

	VOI      vision.VOI
	VOIIndex int  // in VOIs, -1 after a change by hand
	Clamped  bool // the lower end of windows is held, see vision.Scan.InMode
	Invert   bool

	Viewport  vision.Viewport
	FitToPane bool        // the viewport follows the size of the pane
	Area      vision.Area // what is fitted into the pane then: all of the image, or what its state says
	Size      image.Point // of the pane in screen pixels

	Linked link.How // in what way the frame was found by another pane's; empty if it was not

	Cursor  image.Point // image pixel under the pointer, or its like in a linked pane
	InImage bool        // whether Cursor lies on the image

	stack      *Stack
	shown      Frame  // on screen: that of Scan, or of which FrameFault tells
	shownStack string // ID of the stack that Scan belongs to
	anchor     int    // frame that is level with the other panes' anchors
	pending    *look  // how the stack is to be shown when its picture is there
}

// newPane is an empty pane for a view.
func newPane(view vision.ViewKind) *Pane {
	return &Pane{View: view, StackIndex: -1, FitToPane: true}
}

// Stack is the stack that the pane shows, nil without.
func (p *Pane) Stack() *Stack { return p.stack }

// Frames is the number of frames of the pane's stack.
func (p *Pane) Frames() int {
	if p.stack == nil {
		return 0
	}
	return len(p.stack.Frames)
}

// ShownFrame is the number of the frame on screen in its stack, from 0; without
// a picture, of the one that was asked for.
func (p *Pane) ShownFrame() int {
	if p.stack == nil || p.Scan == nil || p.shows(p.Frame) {
		return p.Frame
	}
	for i, f := range p.stack.Frames {
		if frames.KeyOf(f) == p.shown {
			return i
		}
	}
	return p.Frame
}

// asked is the frame that was asked for; ok is false where there is none.
func (p *Pane) asked() (key Frame, ok bool) {
	if p.stack == nil || p.Frame < 0 || p.Frame >= len(p.stack.Frames) {
		return Frame{}, false
	}
	return frames.KeyOf(p.stack.Frames[p.Frame]), true
}

// shows tells whether frame i of the pane's stack is the one on screen, as a
// picture or as the sentence that stands in its place.
func (p *Pane) shows(i int) bool {
	return (p.Scan != nil || p.FrameFault != nil) && i < p.Frames() && p.shown == frames.KeyOf(p.stack.Frames[i])
}

// waits tells that the frame which was asked for is not on screen yet.
func (p *Pane) waits() bool {
	_, ok := p.asked()
	return ok && !p.shows(p.Frame)
}

// Decoding tells that the first picture of a stack is waited for.
func (p *Pane) Decoding() bool { return p.Scan == nil && p.stack != nil && p.FrameFault == nil }

// Picture is what the pane draws: its view of the frame, nil while that is not
// there.
func (p *Pane) Picture() *vision.Pyramid { return p.Views.Picture(p.View) }

// Filtered is the filtered picture that the pane shows, nil if it shows none.
func (p *Pane) Filtered() *Filtered { return p.Views.Filtered(p.View) }

// Drawn is what the pane's picture is drawn by: a scan that says what its values mean,
// and a window. They are the pane's own but for views on a scale of their own.
func (p *Pane) Drawn() (scan *vision.Scan, voi vision.VOI, invert bool) {
	if f := p.Filtered(); f != nil && f.gray != nil {
		if own, ok := f.gray.Window(); ok {
			return f.gray.Scan(), own, p.Invert
		}
	}
	return p.toned(), p.VOI, p.Invert
}

// empty takes the picture off the pane.
func (p *Pane) empty() { p.Scan, p.Views, p.FrameFault, p.Presented = nil, nil, nil, nil }

// sameImage tells whether two panes show images of one shape from one stack, so
// that a place in one is the same place in the other.
func (p *Pane) sameImage(o *Pane) bool {
	return p.Scan != nil && o.Scan != nil && p.shownStack == o.shownStack &&
		p.Scan.Values.Columns == o.Scan.Values.Columns && p.Scan.Values.Rows == o.Scan.Values.Rows
}

// SameFrame tells whether two panes show the same frame.
func (p *Pane) SameFrame(o *Pane) bool { return p.Scan != nil && o.Scan != nil && p.shown == o.shown }

// IsRead tells whether the reading is of the frame that a pane shows.
func (s *State) IsRead(p *Pane) bool { return p.SameFrame(s.Pane) }

// Views are the pictures that were made of a frame. They belong to the session's
// goroutine.
type Views struct {
	Original, Gray *vision.Pyramid
	gray           *vision.Gray
	filtered       map[vision.ViewKind]*Filtered
	preview        *vision.Preview // made when a filter is first dragged
}

// Filtered is a view that a filter made.
type Filtered struct {
	Pyramid *vision.Pyramid
	Of      vision.Filters // what it was made with, all other filters' parameters zero
	Sigma   float64        // of a Gaussian: the standard deviation that was applied, px
	Preview bool           // only what is in sight is filtered, at the size that it is shown in

	gray  *vision.Gray // nil of a preview
	whole *Filtered    // of a preview: the picture before it that was whole
}

// Filtered is the newest picture that a filter made of the frame, nil if there is
// none.
func (v *Views) Filtered(k vision.ViewKind) *Filtered {
	if v == nil {
		return nil
	}
	return v.filtered[k]
}

// Picture is a view of the frame, nil if it is not there.
func (v *Views) Picture(k vision.ViewKind) *vision.Pyramid {
	switch {
	case v == nil:
		return nil
	case k == vision.ViewOriginal:
		return v.Original
	case k == vision.ViewGray:
		return v.Gray
	}
	if f := v.filtered[k]; f != nil {
		return f.Pyramid
	}
	return nil
}

// values are the values of a view, nil if it is not there.
func (v *Views) values(k vision.ViewKind) *vision.Gray {
	if !k.Filtered() {
		return v.gray
	}
	if f := v.filtered[k]; f != nil {
		return f.gray
	}
	return nil
}
