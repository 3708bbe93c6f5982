package app

import (
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"lightbox/app/marks"
	"lightbox/vision"
)

// Kinds of what the journal keeps of a study, and their keys. The digit is the version
// of the value: another meaning takes another digit, and a Lightbox that does not know
// a kind leaves it alone.
const (
	kindMark    = "mark.1"    // frame/ID of the mark: keptMark
	kindKey     = "key.1"     // frame, which is a key image: true
	kindLook    = "look.1"    // stack: keptLook
	kindPanes   = "panes.1"   // no key: keptPanes
	kindFilters = "filters.1" // no key: keptFilters
	kindReading = "reading.1" // frame/model: keptReading
	kindCase    = "case.1"    // frame/reader: keptCase
)

// Limits of what is believed of a journal, which may hold anything.
const (
	maxKeptText   = 10_000    // bytes of a text that a reader wrote; what is longer is cut
	maxKeptPlace  = 1_000_000 // pixels, of the middle of what a pane shows
	maxKeptStages = 16        // of a reveal
	maxFileVOIs   = 1000      // windows of one file
)

// keptMark is a mark; its ID stands in the key.
type keptMark struct {
	Kind      marks.Kind   `json:"kind"`
	Points    [][2]float64 `json:"points"` // x, y in pixels, see marks.Point
	Name      string       `json:"name,omitempty"`
	Made      time.Time    `json:"made"`
	Known     float64      `json:"known_mm,omitempty"`
	Confirmed bool         `json:"confirmed,omitempty"`
}

func keepMark(m marks.Mark) keptMark {
	k := keptMark{Kind: m.Kind, Name: m.Name, Made: m.Made, Known: m.Known, Confirmed: m.Confirmed}
	for _, p := range m.Points {
		k.Points = append(k.Points, [2]float64{p.X, p.Y})
	}
	return k
}

// mark is the mark again; ok is false for what is none.
func (k keptMark) mark(id string) (m marks.Mark, ok bool) {
	m = marks.Mark{ID: id, Kind: k.Kind, Name: plainText(k.Name), Made: k.Made, Known: k.Known, Confirmed: k.Confirmed}
	for _, p := range k.Points {
		m.Points = append(m.Points, marks.Point{X: p[0], Y: p[1]})
	}
	return m, id != "" && m.Check() == nil
}

// plainText cuts a text to what is believed.
func plainText(s string) string {
	if len(s) > maxKeptText {
		s = s[:maxKeptText]
	}
	for !utf8.ValidString(s) && s != "" {
		s = s[:len(s)-1]
	}
	return s
}

// keptWindow is a window; the zero value is the first that the frame itself has.
type keptWindow struct {
	File     int             `json:"file,omitempty"` // the file's window of this number, from 1
	Centre   float64         `json:"centre,omitempty"`
	Width    float64         `json:"width,omitempty"`
	Function vision.Function `json:"function,omitempty"`
	Source   vision.Source   `json:"source,omitempty"`
	Name     string          `json:"name,omitempty"`  // of a preset
	Clamp    clampMode       `json:"clamp,omitempty"` // where the scan's kind is shown otherwise at first
}

// keepWindow is the window of a pane that shows a picture.
func keepWindow(p *Pane) keptWindow {
	switch {
	case p.VOIIndex == 0 && p.VOI.Free() == p.VOIs()[0].Free():
		return keptWindow{Clamp: p.clampMode()}
	case p.VOIIndex >= 0 && p.VOI.Source != vision.SourceAuto:
		return keptWindow{File: p.VOIIndex + 1, Clamp: p.clampMode()}
	}
	v := p.VOI.Free()
	w := keptWindow{Centre: v.Centre, Width: v.Width, Function: v.Function, Source: v.Source, Clamp: p.clampMode()}
	if w.Source == vision.SourcePreset {
		w.Name = p.VOI.Explanation
	}
	return w
}

func (w keptWindow) valid() bool {
	if !w.Clamp.valid() {
		return false
	}
	switch w.Source {
	case "":
		return w.File >= 0 && w.File <= maxFileVOIs && w == (keptWindow{File: w.File, Clamp: w.Clamp})
	case vision.SourcePreset:
		if (Preset{Term(w.Name), w.Width, w.Centre}).Check() != nil {
			return false
		}
	case vision.SourceAuto, vision.SourceManual, vision.SourceRegion:
		if w.Name != "" {
			return false
		}
	default:
		return false
	}
	return w.File == 0 && math.Abs(w.Centre) <= maxWindow && w.Width > 0 && w.Width <= maxWindow &&
		slices.Contains([]vision.Function{vision.Linear, vision.LinearExact, vision.Sigmoid}, w.Function)
}

// of is the window on the picture in a pane, with its index, and whether it is clamped
// there. A preset on values that it is not for has no name.
func (w keptWindow) of(p *Pane) (v vision.VOI, index int, clamped bool) {
	clamped = w.Clamp.on(p)
	v, index = w.free(p)
	return p.toned().InMode(v, clamped), index, clamped
}

func (w keptWindow) free(p *Pane) (vision.VOI, int) {
	vois := p.VOIs()
	if w.Source == "" {
		i := max(w.File-1, 0)
		if i >= len(vois) {
			i = 0 // the file has fewer than it had
		}
		return vois[i], i
	}
	v := vision.VOI{Centre: w.Centre, Width: w.Width, Function: w.Function, Source: w.Source, Explanation: w.Name}.Valid()
	if w.Source == vision.SourceAuto {
		return v, len(vois) - 1
	}
	if w.Source == vision.SourcePreset && NoPresets(p.Scan) != nil {
		v.Source, v.Explanation = vision.SourceManual, ""
	}
	return v, -1
}

// keptLook is how a stack is looked at. The zero value but for Fit is how a stack is
// shown that nobody changed anything of.
type keptLook struct {
	Window   keptWindow `json:"window,omitzero"`
	Invert   bool       `json:"invert,omitempty"`
	Quarters int        `json:"quarters,omitempty"` // see vision.Turn
	Flip     bool       `json:"flip,omitempty"`
	Fit      bool       `json:"fit,omitempty"` // the whole image; else:
	X        float64    `json:"x,omitempty"`   // image position in the middle of the pane, px
	Y        float64    `json:"y,omitempty"`
	Zoom     float64    `json:"zoom,omitempty"`  // screen pixels for one image pixel
	Frame    string     `json:"frame,omitempty"` // that is shown; empty for the first
	Own      bool       `json:"own,omitempty"`   // no presentation state is applied though there is one
}

// untouched is the look of a stack as it is opened.
var untouched = keptLook{Fit: true}

// keepLook is how a pane that shows a picture shows it; frame names the picture.
func keepLook(p *Pane, frame string) keptLook {
	k := keptLook{
		Window: keepWindow(p), Invert: p.Invert, Fit: p.FitToPane, Frame: frame, Own: p.OwnShown,
		Quarters: p.Viewport.Turn.Rotated(0).Quarters, Flip: p.Viewport.Turn.Flip,
	}
	if !k.Fit {
		k.X, k.Y, k.Zoom = p.Viewport.CentreX, p.Viewport.CentreY, p.Viewport.Zoom
	}
	return k
}

func (k keptLook) valid() bool {
	place := math.Abs(k.X) <= maxKeptPlace && math.Abs(k.Y) <= maxKeptPlace && k.Zoom >= minZoom && k.Zoom <= maxZoom
	return k.Window.valid() && k.Quarters >= 0 && k.Quarters <= 3 && (place || k.Fit)
}

// look is the look for a pane that shows a picture of the stack.
func (k keptLook) look(p *Pane) look {
	l := look{view: p.View, stack: p.shownStack, invert: k.Invert, fit: k.Fit, area: p.Area}
	l.voi, l.voiIndex, l.clamped = k.Window.of(p)
	q := *p
	if NoTurning(p.Scan) == nil {
		q.Viewport.Turn = vision.Turn{Quarters: k.Quarters, Flip: k.Flip}
	}
	if !k.Fit {
		q.Viewport.CentreX, q.Viewport.CentreY, q.Viewport.Zoom = k.X, k.Y, k.Zoom
		if q.Size.X > 0 && q.Size.Y > 0 { // else nobody knows yet what stays in sight
			q.place(q.Viewport)
		}
	}
	l.viewport = q.Viewport
	return l
}

// keptPanes is how the panes lay.
type keptPanes struct {
	Layout Layout     `json:"layout"`
	Links  []string   `json:"links,omitempty"`
	Active int        `json:"active,omitempty"`
	Panes  []keptPane `json:"panes"`
}

// keptPane is what one of them showed; Look is set where that differs from how its
// stack is kept.
type keptPane struct {
	View  vision.ViewKind `json:"view"`
	Stack string          `json:"stack,omitempty"`
	Look  *keptLook       `json:"look,omitempty"`
}

// switches are the links by their names.
func (l *Links) switches() map[string]*bool {
	return map[string]*bool{"scroll": &l.Scroll, "zoom": &l.Zoom, "pan": &l.Pan, "window": &l.Window, "cursor": &l.Cursor}
}

func keepLinks(l Links) (names []string) {
	for name, on := range l.switches() {
		if *on {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (k *keptPanes) links() (l Links) {
	for name, on := range l.switches() {
		*on = slices.Contains(k.Links, name)
	}
	return l
}

func (k *keptPanes) choice() LayoutChoice {
	c := LayoutChoice{Layout: k.Layout}
	for _, p := range k.Panes {
		c.Views = append(c.Views, p.View)
	}
	return c
}

func (k *keptPanes) valid() bool {
	return k.choice().possible() && k.Active >= 0 && k.Active < len(k.Panes) &&
		!slices.ContainsFunc(k.Panes, func(p keptPane) bool { return p.Look != nil && !p.Look.valid() })
}

// keptFilters are the parameters of the filters, see vision.Filters.
type keptFilters struct {
	Kernel  int     `json:"gaussian_kernel"`
	Sigma   float64 `json:"gaussian_sigma"`
	Unsharp float64 `json:"unsharp_sigma"`
	Amount  float64 `json:"unsharp_amount"`
	Median  int     `json:"median"`
	Clip    float64 `json:"clahe_clip"`
	Tiles   int     `json:"clahe_tiles"`
	Sobel   int     `json:"sobel"`

	// Not there before there was Canny: Aperture 0 says so.
	Low      float64 `json:"canny_low,omitempty"`
	High     float64 `json:"canny_high,omitempty"`
	Aperture int     `json:"canny_aperture,omitempty"`
	Norm     int     `json:"canny_norm,omitempty"`
}

func keepFilters(f vision.Filters) keptFilters {
	return keptFilters{
		f.Gaussian.Kernel, f.Gaussian.Sigma, f.Unsharp.Sigma, f.Unsharp.Amount, f.Median, f.CLAHE.Clip, f.CLAHE.Tiles, f.Sobel,
		f.Canny.Low, f.Canny.High, f.Canny.Aperture, f.Canny.Norm,
	}
}

func (k keptFilters) filters() (vision.Filters, bool) {
	f := vision.Filters{
		Gaussian: vision.Blur{Kernel: k.Kernel, Sigma: k.Sigma}, Unsharp: vision.Unsharp{Sigma: k.Unsharp, Amount: k.Amount},
		Median: k.Median, CLAHE: vision.CLAHE{Clip: k.Clip, Tiles: k.Tiles}, Sobel: k.Sobel,
		Canny: vision.Canny{Low: k.Low, High: k.High, Aperture: k.Aperture, Norm: k.Norm},
	}
	if k.Aperture == 0 {
		f.Canny = vision.DefaultFilters.Canny
	}
	return f, f.Validate() == nil
}
