package app

import (
	"fmt"
	"math"
	"strconv"

	"lightbox/model"
	"lightbox/model/plane"
)

// Why is what a result hangs on, as it can be drawn over the picture. Lines are
// closed; their points are in parts of the picture's width and height.
type Why struct {
	Method Method
	// Lungs are the lines around where the model looked; none for a model that
	// looks everywhere.
	Lungs [][]plane.Point
	// Map is the influence of places that lie evenly over Within, positive for the
	// finding, in log-odds; without pixels while it is being computed. Most and
	// Least are its ends, 0 between them, and Scale the larger of the two without
	// its sign: what speaks for and against the finding is drawn on one scale, so
	// that little does not look like much because nothing else speaks for it.
	Map                plane.Plane
	Within             model.Box
	Most, Least, Scale float64
	// Hot are the lines around the places whose influence is HotLevel or more: half
	// of Scale. None where nothing speaks so much for the finding.
	Hot      [][]plane.Point
	HotLevel float64
	// Inside is the part of the positive influence that lies in the lungs;
	// InsideKnown is false where that was not measured.
	Inside      float64
	InsideKnown bool

	of *model.Explanation
}

// Why is what the result on screen hangs on; nil where there is no result, be it
// refused, failed or not there yet, and where its places are not revealed.
func (s *State) Why() *Why {
	if !s.Reveals(RevealPlaces) || s.why == nil || s.Scan == nil || s.Reading.Status != Result || s.why.of != s.Reading.Explanation {
		return nil
	}
	return s.why
}

// hotPart is the part of the scale from which on places are outlined.
const hotPart = 0.5

// noiseFloor is the part of the largest influence of either sign below which the
// other sign is rounding.
const noiseFloor = 1e-3

// outlineSide is how finely a map is enlarged before lines are drawn around parts
// of it, in values along each side.
const outlineSide = 128

// smoothedMask takes the stairs off the outline of a mask, in its pixels; edges
// stay where they are.
const smoothedMask = 0.8

// newWhy makes what is drawn of an explanation with a map of influence by a
// method.
func newWhy(x *model.Explanation, method Method, values plane.Plane) *Why {
	w := &Why{Method: method, Map: values, Within: x.Within, of: x}
	if method == GradCAM {
		w.Within = x.Over
	}
	if len(x.Lungs.Pix) > 0 {
		mask := x.Lungs.Clone()
		mask.Blur(smoothedMask)
		w.Lungs = mask.Contours(plane.Inside)
	}
	for _, v := range values.Pix {
		w.Most, w.Least = math.Max(w.Most, float64(v)), math.Min(w.Least, float64(v))
	}
	if w.Most < -noiseFloor*w.Least {
		w.Most = 0
	}
	if -w.Least < noiseFloor*w.Most {
		w.Least = 0
	}
	w.Scale = math.Max(w.Most, -w.Least)
	if w.HotLevel = hotPart * w.Scale; w.Most > 0 && w.Most >= w.HotLevel {
		w.Hot = outlines(values, w.Within, float32(w.HotLevel))
	}
	if method == GradCAM {
		w.Inside, w.InsideKnown = x.InsideLungs()
		w.InsideKnown = w.InsideKnown && w.Most > 0
	}
	return w
}

// outlines are the lines around what is at least level of a map that is enlarged
// bilinearly, as it is drawn.
func outlines(values plane.Plane, within model.Box, level float32) [][]plane.Point {
	large := plane.New(max(outlineSide, values.Rows), max(outlineSide, values.Columns))
	values.Warp(large.Pix, large.Rows, large.Columns, plane.Identity(), false)
	lines := large.Contours(level)
	for _, line := range lines {
		for i, p := range line {
			line[i].X, line[i].Y = within.Of(p.X, p.Y)
		}
	}
	return lines
}

// Caveat goes with everything that is drawn of the influence of places.
func Caveat() Message {
	return Say("Shows what the network's output hangs on, not where disease is.")
}

// Legend says what is drawn over the pictures. Parts that are nil, or empty, are
// not drawn.
type Legend struct {
	Lungs *Message // beside the outline of the lungs
	Hot   *Message // beside that of what speaks most for the finding
	// Notes are what else is to be known of the map.
	Notes []Message
	// Caveat is there wherever influence is drawn.
	Caveat *Message
	// Low and High are the ends of the colours of a heat map, in log-odds, both
	// empty where none is drawn.
	Low, High string
}

// Legend of what is drawn over the picture on screen.
func (s *State) Legend() (l Legend) {
	w, o := s.Why(), s.Overlay
	if w == nil || !o.Outlines && !o.Heat() {
		return l
	}
	if o.Outlines && len(w.Lungs) > 0 {
		m := Say("Where the model looked: the lungs")
		l.Lungs = &m
	}
	hot := o.Outlines && len(w.Hot) > 0
	if hot {
		m := w.hotMessage()
		l.Hot = &m
	}
	if len(w.Map.Pix) == 0 {
		l.Notes = []Message{Say("Occlusion map: being computed…")}
	} else {
		l.Notes = w.notes(o.Heat(), hot)
	}
	if o.Heat() || hot {
		m := Caveat()
		l.Caveat = &m
	}
	if o.Heat() && w.Scale > 0 && (w.Most > 0 || o.Against) {
		l.Low, l.High = "0", "+"+logOdds(w.Scale)
		if o.Against {
			l.Low = "-" + logOdds(w.Scale)
		}
	}
	return l
}

func (w *Why) hotMessage() Message {
	if w.Method == Occlusion {
		return Say("Outlined: occlusion {{.Level}} log-odds or more", "Level", logOdds(w.HotLevel))
	}
	return Say("Outlined: Grad-CAM {{.Level}} log-odds or more", "Level", logOdds(w.HotLevel))
}

// notes say how much speaks for and against the finding, and, where that is drawn,
// what the map is and how much of it lies in the lungs.
func (w *Why) notes(heat, hot bool) []Message {
	notes := []Message{w.ends()}
	switch {
	case heat && w.Method == Occlusion:
		notes = append(notes, Say("Occlusion: the fall of the log-odds where a square is covered"))
	case heat:
		notes = append(notes, Say("Grad-CAM: {{.Columns}}×{{.Rows}} places, enlarged", "Columns", w.Map.Columns, "Rows", w.Map.Rows))
	}
	switch {
	case !heat && !hot:
	case w.InsideKnown:
		notes = append(notes, Say("In the lungs: {{.Percent}} of what speaks for it", "Percent", fmt.Sprintf("%.0f %%", 100*w.Inside)))
	case w.Method == Occlusion && len(w.Lungs) > 0:
		notes = append(notes, Say("Only the lungs were covered"))
	}
	return notes
}

// ends words the largest influence for and against the finding.
func (w *Why) ends() Message {
	against := "0"
	if w.Least < 0 {
		against = "-" + logOdds(-w.Least)
	}
	pairs := []any{"For", "+" + logOdds(w.Most), "Against", against}
	switch {
	case w.Method == Occlusion && w.Most == 0:
		return Say("Occlusion: no place speaks for the finding; at most {{.Against}} log-odds against it", pairs...)
	case w.Method == Occlusion:
		return Say("Occlusion: at most {{.For}} log-odds for the finding, {{.Against}} against it", pairs...)
	case w.Most == 0:
		return Say("Grad-CAM: no place speaks for the finding; at most {{.Against}} log-odds against it", pairs...)
	}
	return Say("Grad-CAM: at most {{.For}} log-odds for the finding, {{.Against}} against it", pairs...)
}

// logOdds prints an influence with two digits.
func logOdds(v float64) string { return strconv.FormatFloat(v, 'g', 2, 64) }
