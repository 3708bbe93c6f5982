package ui

import (
	"fmt"
	"image"
	"slices"
)

// monitor is a screen, as the window system lists it. Places are in the window system's
// units: screen pixels, on macOS points.
type monitor struct {
	name string          // by which layouts are remembered, see monitorName
	area image.Rectangle // all of it
	work image.Rectangle // without the system's bars
}

// monitorName is what a screen is called in the settings: by what stays the same when it
// is plugged in again, or stands on the other side. Two of one make may have one name; to
// a reader they are alike.
func monitorName(system string, millimetres, pixels image.Point) string {
	return fmt.Sprintf("%s, %d × %d mm, %d × %d", system, millimetres.X, millimetres.Y, pixels.X, pixels.Y)
}

// windowPlace is where a window is, with its frame.
type windowPlace struct {
	at    image.Rectangle
	known bool // false where the window system does not tell, and for windows that are not seen
	full  bool // it fills a monitor
}

// monitorOf is the monitor that has most of a window, or the nearest; nil where that is
// not known. One monitor alone is always it.
func monitorOf(all []monitor, p windowPlace) *monitor {
	switch {
	case len(all) == 1:
		return &all[0]
	case len(all) == 0 || !p.known:
		return nil
	}
	best := 0
	for i := range all {
		if closer(all[i].area, all[best].area, p.at) {
			best = i
		}
	}
	return &all[best]
}

// closer tells whether a has more of a window than b or, where neither has any, is
// nearer.
func closer(a, b, window image.Rectangle) bool {
	if shareA, shareB := extent(a.Intersect(window)), extent(b.Intersect(window)); shareA != shareB {
		return shareA > shareB
	} else if shareA > 0 {
		return false
	}
	return gap(a, window) < gap(b, window)
}

func extent(r image.Rectangle) int { return r.Dx() * r.Dy() }

// gap is the square of the distance between two rectangles.
func gap(a, b image.Rectangle) int {
	dx := max(0, a.Min.X-b.Max.X, b.Min.X-a.Max.X)
	dy := max(0, a.Min.Y-b.Max.Y, b.Min.Y-a.Max.Y)
	return dx*dx + dy*dy
}

// grip is how much of a window has to be seen, in the window system's units, for a hand
// to take it.
var grip = image.Pt(48, 24)

// lost tells that too little of a window is on any monitor to take it and move it.
func lost(all []monitor, p windowPlace) bool {
	return p.known && !p.full && len(all) > 0 && !slices.ContainsFunc(all, func(m monitor) bool {
		seen := m.area.Intersect(p.at)
		return seen.Dx() >= min(grip.X, p.at.Dx()) && seen.Dy() >= min(grip.Y, p.at.Dy())
	})
}

// within brings a window onto a monitor, as large as it is where there is room.
func within(window, area image.Rectangle) image.Rectangle {
	size := image.Pt(min(window.Dx(), area.Dx()), min(window.Dy(), area.Dy()))
	at := image.Pt(
		min(max(window.Min.X, area.Min.X), area.Max.X-size.X),
		min(max(window.Min.Y, area.Min.Y), area.Max.Y-size.Y),
	)
	return image.Rectangle{Min: at, Max: at.Add(size)}
}
