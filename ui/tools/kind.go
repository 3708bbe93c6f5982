package tools

import "lightbox/app/marks"

// Kind names a tool.
type Kind string

// The tools. Those that make marks are named like them.
const (
	Window    Kind = "window"
	Scroll    Kind = "scroll"
	Zoom      Kind = "zoom"
	Pan       Kind = "pan"
	Magnifier Kind = "magnifier"
	Region    Kind = "region" // window by region
	CrossHair Kind = "crosshair"
	Select    Kind = "select"

	Length    = Kind(marks.Length)
	Angle     = Kind(marks.Angle)
	Cobb      = Kind(marks.Cobb)
	Ellipse   = Kind(marks.Ellipse)
	Rectangle = Kind(marks.Rectangle)
	Polygon   = Kind(marks.Polygon)
	CTR       = Kind(marks.CTR)
	Arrow     = Kind(marks.Arrow)
	Text      = Kind(marks.Text)
	Reference = Kind(marks.Reference)
)

// Kinds are all tools in the order of a toolbar.
var Kinds = []Kind{
	Select, Window, Region, Scroll, Zoom, Pan, Magnifier, CrossHair,
	Length, Angle, Cobb, CTR, Ellipse, Rectangle, Polygon, Arrow, Text, Reference,
}

// makeTools gives each kind its tool.
func makeTools(h Host) map[Kind]Tool {
	all := map[Kind]Tool{
		Window: &window{host: h}, Scroll: &scroll{host: h}, Zoom: &zoom{host: h}, Pan: &pan{host: h},
		Magnifier: &magnifier{host: h}, CrossHair: &crossHair{host: h, marking: h},
		Region:  &pointed{host: h, about: regionAbout, prompts: regionPrompts, kind: marks.Rectangle, finish: func(m marks.Mark) { h.RegionWindow(m.Points[0], m.Points[1]) }},
		Select:  &selecting{grab: grab{host: h, bodies: true}},
		Polygon: &polygon{host: h, grab: grab{host: h}},
	}
	for kind, p := range pointedKinds {
		all[kind] = &pointed{host: h, grab: &grab{host: h}, about: p.about, prompts: p.prompts, kind: marks.Kind(kind), ask: p.ask, finish: h.Add}
	}
	return all
}
