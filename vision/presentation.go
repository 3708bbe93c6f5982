package vision

import (
	"context"
	"math"
	"slices"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
)

// Presentation is a Grayscale Softcopy Presentation State as its file has it.
type Presentation = dicom.Presentation

// ImageReference names an image that a presentation state is for.
type ImageReference = dicom.ImageReference

// Refers tells whether a presentation state is for frame number frame, from 0, of the
// image with a SOP Instance UID.
func Refers(p *Presentation, uid string, frame int) bool {
	return dicom.Covers(p.References, uid, frame)
}

// PresentationClass is the SOP class of presentation states.
const PresentationClass = dicom.PresentationClass

// ReadPresentation reads the presentation state at b; see dicom.ReadPresentation.
func ReadPresentation(ctx context.Context, b blob.Blob) (*Presentation, error) {
	return dicom.ReadPresentation(ctx, b)
}

// Omission is what a presentation state asks for and is not shown.
type Omission string

// The omissions.
const (
	OmitTrueSize  Omission = "TRUE SIZE"    // shown 1:1: how large the screen's pixels are is not known
	OmitAspect    Omission = "aspect ratio" // pixels are drawn square
	OmitMask      Omission = "mask"         // of a subtraction
	OmitCompound  Omission = "compound"     // compound graphics
	OmitOverlay   Omission = "overlay"      // overlay planes and bitmap shutters of the state
	OmitFilled    Omission = "filled"       // figures are drawn as outlines
	OmitGrayscale Omission = "grayscale"    // windows and tables of a colour image
	OmitModality  Omission = "modality LUT" // the image has another table of its own
	OmitText      Omission = "long text"    // texts of more lines than labels have
)

// MaxTextLines is how many lines of a text of a presentation state are shown.
const MaxTextLines = 4

// Presented is an image as a presentation state has it shown.
type Presented struct {
	State *Presentation

	// Scan draws: what it says of the image is what the image's own scan says, but its
	// grey levels are those of the state, under the windows of VOIs.
	Scan *Scan
	VOIs []VOI // the state's first

	// OtherValues tells that these windows are in the state's modality values, which are
	// not the image's.
	OtherValues bool

	Turn Turn
	Area Area

	Figures []Figure // in the order in which they are drawn
	Texts   []Text
	Shutter *ShutterMask // nil without
	Omitted []Omission
}

// Area is the part of an image that is shown, between image positions, and how large.
type Area struct {
	X0, Y0, X1, Y1 float64
	Zoom           float64 // screen pixels for one image pixel; 0 fits the part into the pane
}

// Viewport is the viewport that shows the part in a pane of width × height screen pixels;
// the zero Area is all of the image.
func (a Area) Viewport(columns, rows, width, height int, t Turn) Viewport {
	if a.X1 <= a.X0 || a.Y1 <= a.Y0 {
		a = Area{X1: float64(columns), Y1: float64(rows), Zoom: a.Zoom}
	}
	v := Viewport{CentreX: (a.X0 + a.X1) / 2, CentreY: (a.Y0 + a.Y1) / 2, Zoom: 1, Turn: t}
	switch along, down := v.alongImage(width, height); {
	case a.Zoom > 0:
		v.Zoom = a.Zoom
	case a.X1 > a.X0 && a.Y1 > a.Y0 && width > 0 && height > 0:
		v.Zoom = math.Min(float64(along)/(a.X1-a.X0), float64(down)/(a.Y1-a.Y0))
	}
	return v
}

// Present applies a presentation state to the scan, frame number s.Frame of the image
// with the SOP Instance UID uid (which the header of a masked scan does not have).
func (s *Scan) Present(p *Presentation, uid string) *Presented {
	out := &Presented{State: p, Turn: Turn{}.Rotated(p.Rotation)}
	if p.Flip { // after the rotation (PS3.3 C.10.6)
		out.Turn = out.Turn.FlippedHorizontally()
	}
	for _, has := range []struct {
		it   bool
		what Omission
	}{{p.Masked, OmitMask}, {p.Compound, OmitCompound}, {p.OwnOverlay, OmitOverlay}} {
		if has.it {
			out.omit(has.what)
		}
	}
	out.area(s, uid)
	out.grayscale(s, uid)
	out.draw(s, uid)
	if len(p.Shutters) > 0 {
		out.Shutter = newShutter(p, s.Values.Columns, s.Values.Rows)
	}
	return out
}

func (p *Presented) omit(what Omission) {
	if !slices.Contains(p.Omitted, what) {
		p.Omitted = append(p.Omitted, what)
	}
}

// area takes the first displayed area that is for the frame.
func (p *Presented) area(s *Scan, uid string) {
	for _, a := range p.State.Areas {
		if !dicom.Covers(a.Of, uid, s.Frame) {
			continue
		}
		// The corners are those on the screen: turned, they may be any two of the part.
		x0, x1 := min(a.TopLeft[0], a.BottomRight[0]), max(a.TopLeft[0], a.BottomRight[0])
		y0, y1 := min(a.TopLeft[1], a.BottomRight[1]), max(a.TopLeft[1], a.BottomRight[1])
		p.Area = Area{X0: float64(x0 - 1), Y0: float64(y0 - 1), X1: float64(x1), Y1: float64(y1)}
		switch a.Mode {
		case "MAGNIFY":
			p.Area.Zoom = a.Magnification
		case "TRUE SIZE":
			p.Area.Zoom = 1
			p.omit(OmitTrueSize)
		}
		if math.Abs(a.Aspect-1) > 1e-3 {
			p.omit(OmitAspect)
		}
		return
	}
}

// grayscale makes the scan that draws, and its windows.
func (p *Presented) grayscale(s *Scan, uid string) {
	scan := *s
	p.Scan, p.VOIs = &scan, s.VOIs
	if s.Values.Samples != 1 || s.Stored.Samples != 1 || s.Header.Photometric == "PALETTE COLOR" {
		p.omit(OmitGrayscale)
		return
	}
	own := s.VOIs
	if shown, same := p.modality(s); !same {
		scan.shown, p.OtherValues = shown, true
		own = []VOI{scan.autoVOI()}
	}
	scan.output = p.State.PresentationLUT
	// The state's word on polarity stands in for the image's (PS3.4 N.2.1.3).
	scan.Inverse = p.State.Shape == "INVERSE"
	p.VOIs = append(p.windows(&scan, uid), own...)
}

// modality is how the state gets from a pixel's number to its modality value. same tells
// that the image does so too; without a transformation of its own the state has none
// (PS3.4 N.2.1.1), whatever the image says.
func (p *Presented) modality(s *Scan) (shown func(number int) float64, same bool) {
	h := &s.Header
	if s.Values != s.Stored {
		own, state := h.ModalityLUT, p.State.ModalityLUT
		if state == nil || own == nil || own.First != state.First || !slices.Equal(own.Data, state.Data) {
			p.omit(OmitModality)
		}
		return nil, true
	}
	stored := func(number int) float64 { return float64(number) }
	if s.Wide != nil { // numbers are steps
		stored = func(number int) float64 { return (s.Modality.Value(number) - h.RescaleIntercept) / h.RescaleSlope }
	}
	if l := p.State.ModalityLUT; l != nil {
		return func(number int) float64 {
			i := min(max(int(math.Round(stored(number)))-l.First, 0), len(l.Data)-1)
			return float64(l.Data[i])
		}, false
	}
	slope, intercept := p.State.RescaleSlope, p.State.RescaleIntercept
	if slope == h.RescaleSlope && intercept == h.RescaleIntercept {
		return nil, true
	}
	return func(number int) float64 { return slope*stored(number) + intercept }, false
}

// windows are those of the state for the frame. Without any the whole range of modality
// values is shown (PS3.4 N.2.1.2: the VOI LUT is the identity).
func (p *Presented) windows(scan *Scan, uid string) (out []VOI) {
	for _, v := range p.State.VOIs {
		if !dicom.Covers(v.Of, uid, scan.Frame) {
			continue
		}
		for i := range v.LUTs {
			out = append(out, VOI{LUT: &v.LUTs[i], Source: SourceState, Explanation: v.LUTs[i].Explanation})
		}
		function := Function(v.Function)
		for _, w := range v.Windows {
			out = append(out, VOI{Centre: w.Centre, Width: w.Width, Function: function, Source: SourceState, Explanation: w.Explanation}.Valid())
		}
	}
	if len(out) == 0 {
		low, high := scan.possible()
		out = []VOI{rising(low, high, SourceState)}
	}
	return out
}

// possible is the range of modality values that the scan's pixels could have.
func (s *Scan) possible() (low, high float64) {
	bits := min(max(s.Header.BitsStored, 1), 16)
	from, to := 0, 1<<bits-1
	if s.Values.Signed {
		from, to = -1<<(bits-1), 1<<(bits-1)-1
	}
	if s.Wide != nil {
		from, to = 0, math.MaxUint16
	}
	a, b := s.value(from), s.value(to)
	if l := s.Header.ModalityLUT; l != nil && s.Values != s.Stored {
		a, b = 0, float64(uint32(1)<<l.Bits-1)
	}
	return min(a, b), max(a, b)
}

// value is the modality value of a pixel's number as it is drawn.
func (s *Scan) value(number int) float64 {
	if s.shown != nil {
		return s.shown(number)
	}
	return s.Modality.Value(number)
}

// throughOutput takes a value, 0 … 1, through a Presentation LUT.
func throughOutput(l *dicom.LUT, y float64) float64 {
	if l == nil || len(l.Data) == 0 {
		return y
	}
	top := float64(uint32(1)<<l.Bits - 1)
	return math.Min(float64(l.Data[int(math.Round(y*float64(len(l.Data)-1)))])/top, 1)
}
