package viewport

import "image"

// ink is lines that were drawn once, pixel by pixel, to be laid over the next picture
// of the same place: while the window is dragged they need not be found again.
type ink struct{ dots []dot }

// dot is one pixel of a line: what it keeps of the picture under it, and what it adds.
type dot struct {
	at   int // in Pix of the picture
	keep float32
	add  [3]float32
}

func (d *dot) lay(dst *image.RGBA) {
	px := dst.Pix[d.at:][:3]
	for k := range px {
		px[k] = uint8(float32(px[k])*d.keep + d.add[k])
	}
}

func (k *ink) lay(dst *image.RGBA) {
	for i := range k.dots {
		k.dots[i].lay(dst)
	}
}
