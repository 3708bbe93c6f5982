package app

import (
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
)

// Seen is the very input of the networks, for people to look at.
type Seen struct {
	Picture     plane.Plane // square
	Least, Most float64     // its smallest and its largest value
	// Part says which part of the scan it shows, Standardised what was done to
	// the grey levels, Views what else the networks are shown of it.
	Part, Standardised, Views Message
}

// Seen is what the networks saw of the scan; ok is false where there is no
// result.
func (r *Reading) Seen(s *vision.Scan) (seen Seen, ok bool) {
	x := r.Explanation
	if r.Status != Result || x == nil || len(x.Seen.Pix) == 0 || s == nil {
		return Seen{}, false
	}
	seen = Seen{Picture: x.Seen, Part: partOf(x.Within, s.Values), Standardised: standardised(x.Standardise)}
	seen.Least, seen.Most = float64(x.Seen.Pix[0]), float64(x.Seen.Pix[0])
	for _, v := range x.Seen.Pix {
		seen.Least, seen.Most = min(seen.Least, float64(v)), max(seen.Most, float64(v))
	}
	seen.Views = readers(len(x.Logits), x.Mirrored)
	return seen, true
}

// partOf says which part of a picture a box is.
func partOf(b model.Box, m *vision.Image) Message {
	if b == model.WholePicture {
		return Say("The whole picture of {{.Columns}}×{{.Rows}} pixels, whatever its shape, as a square.", "Columns", m.Columns, "Rows", m.Rows)
	}
	w, h := (b.X1-b.X0)*float64(m.Columns), (b.Y1-b.Y0)*float64(m.Rows)
	return Say("The middle {{.Width}}×{{.Height}} of {{.Columns}}×{{.Rows}} pixels; the rest is not seen.",
		"Width", int(w+0.5), "Height", int(h+0.5), "Columns", m.Columns, "Rows", m.Rows)
}

func standardised(how model.Standardisation) Message {
	switch how {
	case model.StandardiseLungs:
		return Say("Standardised in the lungs: their mean is 0, their standard deviation 1. What lies outside them is 0.")
	case model.StandardisePerImage:
		return Say("Standardised: the mean of the picture is 0, its standard deviation 1.")
	}
	return Say("Not standardised: 0 is black, 1 is white.")
}

// readers says how many networks read the picture, and whether its mirror image
// too.
func readers(networks int, mirrored bool) Message {
	switch {
	case mirrored && networks == 1:
		return Say("One network read it, and its mirror image.")
	case mirrored:
		return Say("{{.Networks}} networks read it, and its mirror image.", "Networks", networks)
	case networks == 1:
		return Say("One network read it.")
	}
	return Say("{{.Networks}} networks read it.", "Networks", networks)
}
