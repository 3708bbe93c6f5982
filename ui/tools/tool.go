// Package tools holds what the pointer does in a pane: tools are small values with
// the same five methods, which act through what they need of their host. A Hand
// holds one of them and gives it the events.
package tools

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lightbox/app/marks"
)

// Event is what the pointer did over a pane.
type Event struct {
	At       marks.Point // in the image; drags go on outside of it, and of the pane
	Screen   image.Point // the same in screen pixels of the pane
	DX, DY   float64     // screen pixels since the last event
	Button   desktop.MouseButton
	Modifier fyne.KeyModifier
	// Unit is how many image pixels one of Fyne's units is at the pane's zoom: what a
	// hand can tell apart on the screen is measured in it.
	Unit float64
	// On names the frame in the pane: a mark is made on one frame only.
	On string
}

// Tool is what the pointer does. Events come in any order: releases without a
// press, presses without a release.
type Tool interface {
	Press(Event)
	Drag(Event) // with a button held
	Release(Event)
	Hover(Event) // with none held
	// Cancel gives up what was begun; it tells whether there was anything.
	Cancel() bool
	About() About
}

// keyed is a tool that takes keys while something is begun.
type keyed interface {
	// Key tells whether the tool took the key.
	Key(fyne.KeyName) bool
}

// About is what is said of a tool. The texts are English and shown translated.
type About struct {
	Name   Prompt
	Next   Prompt // what the reader can do now, for the status line
	Icon   string // of the assets
	Cursor desktop.Cursor
}

// Viewing is what tools need of a pane to change what it shows.
type Viewing interface {
	Pan(dx, dy float64) // screen pixels
	Zoom(factor float64, at image.Point)
	Window(dx, dy, speed float64) // screen pixels
	Scroll(by int)
	Frames() int     // of the stack in the pane
	PaneHeight() int // screen pixels
	Magnify(at *image.Point)
	RegionWindow(a, b marks.Point)
	CrossHair(at marks.Point)
}

// Marking is what tools need of the frame in a pane to put marks on it.
type Marking interface {
	Bounds() (columns, rows int) // of the image; 0 without one
	// Hit is the mark nearest to p within reach, in image pixels, and which part of
	// it: the number of a handle, or Body.
	Hit(p marks.Point, reach float64) (m marks.Mark, part int, ok bool)
	// Move is m with a part of it moved, in image pixels.
	Move(m marks.Mark, part int, dx, dy float64) marks.Mark
	// Preview shows a mark that is being made or changed instead of the one with its
	// ID, and keeps nothing; nil shows what is kept.
	Preview(*marks.Mark)
	Add(marks.Mark) // the host gives it its ID and time
	Change(before, after marks.Mark)
	Delete(id string)
	Select(id string) // empty for none
	Selected() string
	Over(id string) // the mark under the pointer; empty for none
	// Ask has the reader say what a mark does not tell by its points: the words of a
	// text or an arrow, the length of a reference. done is called once.
	Ask(m marks.Mark, done func(m marks.Mark, ok bool))
}

// Host is all that the tools need.
type Host interface {
	Viewing
	Marking
}

// Body is the part of a mark that is no handle, as package marks counts.
const Body = -1

// What a hand can tell apart, in Fyne's units.
const (
	reach    = 7 // from the pointer to what it takes
	slack    = 3 // that a click may move
	minApart = 2 // between two points that are not the same
)

// longestDrag is the most that one event moves the pointer, in screen pixels; what
// says more is no movement.
const longestDrag = 1e5

// sound tells whether an event's numbers are numbers.
func (e Event) sound() bool {
	return finite(e.At.X) && finite(e.At.Y) && math.Abs(e.DX) < longestDrag && math.Abs(e.DY) < longestDrag
}

func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// unit is Unit, or one image pixel where it is none.
func (e Event) unit() float64 {
	if e.Unit > 0 && finite(e.Unit) {
		return e.Unit
	}
	return 1
}

// idle does nothing; tools begin with it.
type idle struct{}

func (idle) Press(Event)   {}
func (idle) Drag(Event)    {}
func (idle) Release(Event) {}
func (idle) Hover(Event)   {}
func (idle) Cancel() bool  { return false }
