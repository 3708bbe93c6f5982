package app

import "lightbox/vision"

// omissionTerms say what of a presentation state is not shown as it asks.
var omissionTerms = map[vision.Omission]Term{
	vision.OmitTrueSize:  Term("true size (shown 1:1: the size of this screen's pixels is not known)"),
	vision.OmitAspect:    Term("pixels that are not square"),
	vision.OmitMask:      Term("mask for subtraction"),
	vision.OmitCompound:  Term("compound graphics"),
	vision.OmitOverlay:   Term("overlay planes and bitmap shutter of the state"),
	vision.OmitFilled:    Term("filling of figures"),
	vision.OmitGrayscale: Term("windows and tables (the image is in colour)"),
	vision.OmitModality:  Term("Modality LUT (the image has another one)"),
	vision.OmitText:      Term("lines of texts beyond the fourth"),
}

// Omitted says what of the presentation state in a pane is not shown as it asks.
func (p *Pane) Omitted() (out []Term) {
	if p.Presented == nil {
		return nil
	}
	for _, o := range p.Presented.Omitted {
		out = append(out, omissionTerms[o])
	}
	return out
}
