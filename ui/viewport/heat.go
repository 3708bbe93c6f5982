package viewport

import (
	"image"
	"image/color"
	"math"
	"sync"

	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
)

// Heat is a map of influence that is drawn over a picture.
type Heat struct {
	Map    plane.Plane // positive for the finding
	Within model.Box   // the part of the picture that the map lies over
	// Most is the value of the last colour, of either sign. Negative values are
	// drawn with Against only.
	Most    float64
	Against bool
}

// How much of the picture a heat map hides: nothing where there is no influence,
// heatCover from heatFull of the most on.
const (
	heatCover = 0.5
	heatFull  = 0.25
)

// colours are those of the values of a map, premultiplied, from −Most to Most.
type colours [511]struct {
	r, g, b, through uint32 // through is how much of the picture is left, of 256
}

func (h *Heat) colours() *colours {
	var out colours
	for i := range out {
		level := i - 255
		ramp := For
		if level < 0 {
			ramp, level = Against, -level
			if !h.Against {
				out[i].through = 256
				continue
			}
		}
		cover := heatCover * math.Min(1, float64(level)/255/heatFull)
		c := ramp[level]
		at := func(v uint8) uint32 { return uint32(cover*float64(v)*256 + 0.5) }
		out[i].r, out[i].g, out[i].b = at(c.R), at(c.G), at(c.B)
		out[i].through = uint32((1-cover)*256 + 0.5)
	}
	return &out
}

// place is where a screen column or row takes its values of a map: between two,
// the second weighing part. a and b say how far these lie from the first along
// their axis of the map, as an index into its values; the places of a screen
// column and a screen row add up.
type place struct {
	a, b int32
	part float32
}

// places gives those of n screen pixels that begin at image position from and end
// at to; size is that of the image, low and high the part of it that count values
// lie over, stride how far one of them lies from the next. Outside of that part a
// is negative.
func places(n int, from, to, size, low, high float64, count, stride int) []place {
	out := make([]place, n)
	step := (to - from) / float64(n)
	for i := range out {
		at := (from + (float64(i)+0.5)*step) / size
		if at < max(low, 0) || at >= min(high, 1) || count < 1 {
			out[i].a = -1
			continue
		}
		p := min(max((at-low)/(high-low)*float64(count)-0.5, 0), float64(count-1))
		a := int32(p)
		out[i] = place{a * int32(stride), min(a+1, int32(count-1)) * int32(stride), float32(p - float64(a))}
	}
	return out
}

// draw lays the map over what vision.Render drew of an image of columns × rows
// with the same viewport. It is enlarged bilinearly, with its edges repeated.
func (h *Heat) draw(dst *image.RGBA, columns, rows int, v vision.Viewport) {
	width, height := dst.Rect.Dx(), dst.Rect.Dy()
	if h.Most <= 0 || len(h.Map.Pix) == 0 {
		return
	}
	x0, y0 := v.ToImage(0, 0, width, height)
	x1, y1 := v.ToImage(float64(width), float64(height), width, height)
	along, aside := width, height // the screen's lines that the picture's columns and rows run across
	if v.Turn.Swaps() {
		along, aside = height, width
	}
	across := places(along, x0, x1, float64(columns), h.Within.X0, h.Within.X1, h.Map.Columns, 1)
	down := places(aside, y0, y1, float64(rows), h.Within.Y0, h.Within.Y1, h.Map.Rows, h.Map.Columns)
	if v.Turn.Swaps() {
		across, down = down, across
	}
	table := h.colours()
	scale := float32(255 / h.Most)
	const bands = 2 // goroutines; panes are drawn after each other
	var wg sync.WaitGroup
	for k := range bands {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for y := k * height / bands; y < (k+1)*height/bands; y++ {
				if down[y].a >= 0 {
					h.row(dst.Pix[y*dst.Stride:][:4*width], across, down[y], scale, table)
				}
			}
		}()
	}
	wg.Wait()
}

func (h *Heat) row(out []byte, across []place, y place, scale float32, table *colours) {
	top, bottom := h.Map.Pix[y.a:], h.Map.Pix[y.b:]
	for i, x := range across {
		if x.a < 0 {
			continue
		}
		upper := top[x.a] + (top[x.b]-top[x.a])*x.part
		lower := bottom[x.a] + (bottom[x.b]-bottom[x.a])*x.part
		level := (upper + (lower-upper)*y.part) * scale
		c := &table[int(min(max(level, -255), 255)+255.5)]
		if c.through == 256 {
			continue
		}
		px := out[4*i:][:3]
		px[0] = uint8((c.r + c.through*uint32(px[0])) >> 8)
		px[1] = uint8((c.g + c.through*uint32(px[1])) >> 8)
		px[2] = uint8((c.b + c.through*uint32(px[2])) >> 8)
	}
}

// Colours of what is drawn over a picture: they are seen on black and on white,
// have a dark rim, and differ from those of the keyboard's focus, the cursor and
// warnings, for the colour-blind too.
var (
	LungsColour = color.NRGBA{R: 0x3f, G: 0xe0, B: 0xb0, A: 0xff}
	HotColour   = color.NRGBA{R: 0xff, G: 0xb8, B: 0x2e, A: 0xff}
)
