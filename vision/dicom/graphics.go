package dicom

import (
	"math"
	"strings"

	"lightbox/vision/fault"
)

// maxPlace is the largest coordinate, in pixels, that is taken for a place: images have
// at most 65,535 rows and columns.
const maxPlace = 1_000_000

// Units of a graphic's coordinates (PS3.3 C.10.5).
const (
	UnitsPixel   = "PIXEL"   // image pixels from the top left corner of the top left pixel
	UnitsDisplay = "DISPLAY" // fractions of the displayed area
)

// GraphicLayer is an item of Graphic Layer Sequence (PS3.3 C.10.7).
type GraphicLayer struct {
	Name  string
	Order int      // higher ones lie over lower ones
	Gray  *float64 // Recommended Display Grayscale Value, 0 black … 1 white; nil if absent
}

// GraphicAnnotation is an item of Graphic Annotation Sequence.
type GraphicAnnotation struct {
	Of       []ImageReference
	Layer    string
	Graphics []Graphic
	Texts    []GraphicText
}

// Graphic is a line or figure.
type Graphic struct {
	Units  string
	Type   string // POINT, POLYLINE, INTERPOLATED, CIRCLE or ELLIPSE
	Points [][2]float64
	Filled bool
}

// GraphicText is a text with the box that it stands in, the place that it names, or both.
type GraphicText struct {
	Text        string
	Box         *[2][2]float64 // top left, bottom right
	BoxUnits    string
	Anchor      *[2]float64
	AnchorUnits string
	AnchorShown bool
}

const (
	tagGraphicLayer    tag = 0x00700002
	tagBoxUnits        tag = 0x00700003
	tagAnchorUnits     tag = 0x00700004
	tagGraphicUnits    tag = 0x00700005
	tagUnformattedText tag = 0x00700006
	tagTextObjects     tag = 0x00700008
	tagGraphicObjects  tag = 0x00700009
	tagBoxTopLeft      tag = 0x00700010
	tagBoxBottomRight  tag = 0x00700011
	tagAnchorPoint     tag = 0x00700014
	tagAnchorShown     tag = 0x00700015
	tagGraphicData     tag = 0x00700022
	tagGraphicType     tag = 0x00700023
	tagGraphicFilled   tag = 0x00700024
	tagLayerOrder      tag = 0x00700062
	tagLayerGray       tag = 0x00700066
	tagCompound        tag = 0x00700209
)

// graphics reads layers and annotations.
func (o *object) graphics(p *Presentation) error {
	for _, item := range o.attributes[tagLayers].items {
		l := GraphicLayer{Name: item.ascii(tagGraphicLayer)}
		l.Order, _ = item.number(tagLayerOrder, false)
		if v, ok := item.number(tagLayerGray, false); ok {
			l.Gray = new(float64(v) / math.MaxUint16)
		}
		p.Layers = append(p.Layers, l)
	}
	count, points := 0, 0
	for _, item := range o.attributes[tagAnnotations].items {
		of, err := item.images()
		if err != nil {
			return err
		}
		a := GraphicAnnotation{Of: of, Layer: item.ascii(tagGraphicLayer)}
		for _, g := range item[tagGraphicObjects].items {
			graphic, err := g.graphic()
			if err != nil {
				return err
			}
			a.Graphics = append(a.Graphics, graphic)
			points += len(graphic.Points)
		}
		for _, t := range item[tagTextObjects].items {
			text, err := t.graphicText(o.set)
			if err != nil {
				return err
			}
			a.Texts = append(a.Texts, text)
		}
		count += len(a.Graphics) + len(a.Texts)
		switch {
		case points > maxPoints:
			return fault.New(fault.BadPresentation, "", "its graphics have more than %d points", maxPoints)
		case count > maxGraphics:
			return fault.New(fault.BadPresentation, "", "it has more than %d graphics and texts", maxGraphics)
		}
		p.Annotations = append(p.Annotations, a)
		p.Compound = p.Compound || item.has(tagCompound)
	}
	return nil
}

// pointsOf is how many points each type of graphic needs at least and, where it is not
// 0, at most.
var pointsOf = map[string][2]int{"POINT": {1, 1}, "POLYLINE": {2, 0}, "INTERPOLATED": {2, 0}, "CIRCLE": {2, 2}, "ELLIPSE": {4, 4}}

func (a attributes) graphic() (g Graphic, err error) {
	g = Graphic{Units: strings.ToUpper(a.ascii(tagGraphicUnits)), Type: strings.ToUpper(a.ascii(tagGraphicType)), Filled: a.ascii(tagGraphicFilled) == "Y"}
	needed, known := pointsOf[g.Type]
	if !known {
		return g, fault.New(fault.BadPresentation, "", "a graphic of the type %q", g.Type)
	}
	if g.Points, err = a.places(tagGraphicData, g.Units); err != nil {
		return g, err
	}
	if n := len(g.Points); n < needed[0] || needed[1] > 0 && n > needed[1] {
		return g, fault.New(fault.BadPresentation, "", "a graphic of the type %s with %d points", g.Type, n)
	}
	return g, nil
}

func (a attributes) graphicText(set charset) (t GraphicText, err error) {
	t = GraphicText{
		Text: a.decoded(tagUnformattedText, set), BoxUnits: strings.ToUpper(a.ascii(tagBoxUnits)), AnchorUnits: strings.ToUpper(a.ascii(tagAnchorUnits)),
		AnchorShown: a.ascii(tagAnchorShown) == "Y",
	}
	if a.has(tagBoxTopLeft) && a.has(tagBoxBottomRight) {
		tl, err := a.places(tagBoxTopLeft, t.BoxUnits)
		if err != nil {
			return t, err
		}
		br, err := a.places(tagBoxBottomRight, t.BoxUnits)
		if err != nil {
			return t, err
		}
		if len(tl) == 1 && len(br) == 1 {
			t.Box = &[2][2]float64{tl[0], br[0]}
		}
	}
	if a.has(tagAnchorPoint) {
		at, err := a.places(tagAnchorPoint, t.AnchorUnits)
		if err != nil {
			return t, err
		}
		if len(at) == 1 {
			t.Anchor = &at[0]
		}
	}
	if t.Box == nil && t.Anchor == nil {
		return t, fault.New(fault.BadPresentation, "", "a text without a place")
	}
	return t, nil
}

// places reads pairs of coordinates, columns first.
func (a attributes) places(t tag, units string) (out [][2]float64, err error) {
	if units != UnitsPixel && units != UnitsDisplay {
		return nil, fault.New(fault.BadPresentation, "", "coordinates in the unit %q", units)
	}
	v := a.decimals(t)
	if len(v)%2 != 0 {
		return nil, fault.New(fault.BadPresentation, "", "an odd number of coordinates")
	}
	for i := 0; i < len(v); i += 2 {
		if !(math.Abs(v[i]) <= maxPlace && math.Abs(v[i+1]) <= maxPlace) { // NaN too
			return nil, fault.New(fault.BadPresentation, "", "coordinates that are no place in an image")
		}
		out = append(out, [2]float64{v[i], v[i+1]})
	}
	return out, nil
}

// Shutter is one form of a display shutter (PS3.3 C.7.6.11): what lies outside it is
// covered. Pixels are counted from 1.
type Shutter struct {
	Shape                     string // RECTANGULAR, CIRCULAR or POLYGONAL
	Left, Right, Upper, Lower int
	CentreRow, CentreColumn   int
	Radius                    int
	Vertices                  [][2]int // rows and columns
}

func (o *object) shutters(p *Presentation) error {
	if v, ok := o.number(tagShutterLevel, false); ok {
		p.ShutterLevel = float64(v) / math.MaxUint16
	}
	one := func(t tag) (int, bool) {
		v := o.integers(t)
		return append(v, 0)[0], len(v) > 0
	}
	for _, shape := range o.asciis(tagShutterShape) {
		s := Shutter{Shape: strings.ToUpper(shape)}
		ok := true
		switch s.Shape {
		case "RECTANGULAR":
			for t, to := range map[tag]*int{tagShutterLeft: &s.Left, tagShutterRight: &s.Right, tagShutterUpper: &s.Upper, tagShutterLower: &s.Lower} {
				v, there := one(t)
				*to, ok = v, ok && there
			}
			ok = ok && s.Left <= s.Right && s.Upper <= s.Lower
		case "CIRCULAR":
			centre := o.integers(tagShutterCentre)
			if s.Radius, ok = one(tagShutterRadius); ok && len(centre) == 2 && s.Radius > 0 {
				s.CentreRow, s.CentreColumn = centre[0], centre[1]
			} else {
				ok = false
			}
		case "POLYGONAL":
			v := o.integers(tagShutterVertices)
			ok = len(v) >= 6 && len(v)%2 == 0 && len(v) <= 2*maxPoints
			for i := 0; i+1 < len(v); i += 2 {
				s.Vertices = append(s.Vertices, [2]int{v[i], v[i+1]})
			}
		case "BITMAP":
			p.OwnOverlay = true
			continue
		default:
			ok = false
		}
		if !ok {
			return fault.New(fault.BadPresentation, "", "a shutter of the form %q that cannot be", s.Shape)
		}
		p.Shutters = append(p.Shutters, s)
	}
	return nil
}
