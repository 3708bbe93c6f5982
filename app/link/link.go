// Package link works out what a linked pane shows when another one is scrolled, zoomed,
// moved or pointed at, and says how it knows.
//
// What both panes show of one patient in one frame of reference is linked by places in
// the patient. Everything else is linked by what is left: the number of the image, the
// position in a picture of the same size, the scale. The ways are not equally good, so
// each answer comes with its How, which is told on screen.
package link

import (
	"lightbox/vision/study"
)

// How is in what way one pane follows another. Its text is the key of its
// translations.
type How string

// The ways, from the best to none.
const (
	SameImage    How = "same image"
	PatientSpace How = "patient space"
	Beyond       How = "beyond the other stack" // by patient space, but nothing is there: the stack's end is shown
	SameScale    How = "same scale"             // as many mm on the screen, about the middle of each image
	ByIndex      How = "by index"               // as many images on; by position in the picture
	Relative     How = "relative to the pane"   // as much larger than what fits the pane
	NotLinked    How = "not linked"
)

// Ref is a frame of a stack, as a pane shows it.
type Ref struct {
	Stack *study.Stack
	Frame int
}

// frame is the frame itself; ok is false where there is none.
func (r Ref) frame() (f study.Frame, ok bool) {
	if r.Stack == nil || r.Frame < 0 || r.Frame >= len(r.Stack.Frames) {
		return study.Frame{}, false
	}
	return r.Stack.Frames[r.Frame], true
}

// Offset is how many frames the second pane is ahead of the first. A link by index
// keeps the one that there is when it is made, as long as it lasts: the reader has
// brought the stacks to the same level of the patient by hand, or wants them as they are.
func Offset(from, to Ref) int { return to.Frame - from.Frame }

// Frame tells which frame of another stack is shown with a frame of this one. x and y
// are the image position in the middle of this pane: where stacks run in different
// directions, the frame through it is taken.
//
// By index it is the frame that is offset ahead, which stops at the ends of the stack and
// is taken up again from there, as in Weasis and OHIF: equally many images on, although
// stacks may differ in number and spacing. Relative places in stacks of different extent
// would let them drift apart while they are scrolled.
func Frame(from Ref, x, y float64, to Ref, offset int) (frame int, how How) {
	f, ok := from.frame()
	if !ok || to.Stack == nil || len(to.Stack.Frames) == 0 {
		return to.Frame, NotLinked
	}
	if from.Stack == to.Stack {
		return from.Frame, SameImage
	}
	if sameSpace(f, to.Stack.Frames[0]) && !to.Stack.Film() {
		if p, ok := f.Plane(); ok {
			frame, _, within := study.Nearest(to.Stack, p.At(x, y), to.Frame)
			switch {
			case within:
				return frame, PatientSpace
			case frame >= 0:
				return frame, Beyond
			}
		}
	}
	return min(max(from.Frame+offset, 0), len(to.Stack.Frames)-1), ByIndex
}

// sameSpace tells whether places on two frames can be compared. A frame of reference
// that two patients share is an atlas's, a phantom's or an error; none is a reason to show
// one patient's place in the other.
func sameSpace(a, b study.Frame) bool {
	return a.Reference() != "" && a.Reference() == b.Reference() && a.Item.PatientID == b.Item.PatientID
}

// Point tells which position of another image belongs to a position of this one.
// distance is how far, in mm, the place lies before that image (behind it, if negative)
// where they are linked by patient space: a cross-hair is drawn on it only if that is
// little. The position may lie outside of the image.
func Point(from study.Frame, x, y float64, to study.Frame) (tx, ty, distance float64, how How) {
	switch {
	case from.Item == nil || to.Item == nil:
		return 0, 0, 0, NotLinked
	case from.Item == to.Item && from.Index == to.Index:
		return x, y, 0, SameImage
	}
	if sameSpace(from, to) {
		p, ok := from.Plane()
		q, also := to.Plane()
		if ok && also {
			tx, ty, distance = q.Project(p.At(x, y))
			return tx, ty, distance, PatientSpace
		}
	}
	if sameSize(from, to) {
		return x, y, 0, ByIndex
	}
	return 0, 0, 0, NotLinked
}

func sameSize(a, b study.Frame) bool {
	return a.Item.Rows == b.Item.Rows && a.Item.Columns == b.Item.Columns
}
