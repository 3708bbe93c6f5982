package viewport

import (
	"image"
	"image/color"
	"math"
)

// Ramp is the colours of a heat map, from nothing to the most. They are opaque;
// how much of the picture shows through is for those who draw.
type Ramp [256]color.NRGBA

// For rises from red to yellow, Against from blue to pale cyan: hues that people with
// any of the common kinds of colour blindness tell apart. (Violet, which they take for
// blue, is in neither.) In both the lightness rises evenly, so that equal steps of
// influence look equal.
var (
	For     = newRamp(380, 460, 0.19)
	Against = newRamp(262, 205, 0.10)
)

// newRamp goes evenly through lightness, and through the hues between two angles
// in degrees; the colours are chroma strong, less where the screen cannot show
// them.
//
// Source: OKLab, Ottosson 2020, in its polar form: equal distances in it look
// about equal.
func newRamp(from, to, chroma float64) *Ramp {
	const dark, light = 0.40, 0.93
	var r Ramp
	for i := range r {
		t := float64(i) / float64(len(r)-1)
		hue := (from + t*(to-from)) * math.Pi / 180
		c := chroma
		rgb, ok := okLCH(dark+t*(light-dark), c, hue)
		for !ok {
			c *= 0.98
			rgb, ok = okLCH(dark+t*(light-dark), c, hue)
		}
		r[i] = color.NRGBA{R: sRGB(rgb[0]), G: sRGB(rgb[1]), B: sRGB(rgb[2]), A: 255}
	}
	return &r
}

// okLCH gives linear red, green and blue of a colour; ok is false for one that
// the screen cannot show.
func okLCH(lightness, chroma, hue float64) (rgb [3]float64, ok bool) {
	sin, cos := math.Sincos(hue)
	a, b := chroma*cos, chroma*sin
	l := math.Pow(lightness+0.3963377774*a+0.2158037573*b, 3)
	m := math.Pow(lightness-0.1055613458*a-0.0638541728*b, 3)
	s := math.Pow(lightness-0.0894841775*a-1.2914855480*b, 3)
	rgb = [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
	const slack = 1e-4
	for _, v := range rgb {
		if v < -slack || v > 1+slack {
			return rgb, false
		}
	}
	return rgb, true
}

// sRGB is the 8-bit value of a linear one (IEC 61966-2-1).
func sRGB(v float64) uint8 {
	v = min(max(v, 0), 1)
	if v <= 0.0031308 {
		return uint8(255*12.92*v + 0.5)
	}
	return uint8(255*(1.055*math.Pow(v, 1/2.4)-0.055) + 0.5)
}

// RampPicture is a bar of the colours of a heat map, from the least to the most.
func RampPicture(both bool) image.Image {
	n := len(For)
	if both {
		n *= 2
	}
	m := image.NewNRGBA(image.Rect(0, 0, n, 1))
	for i := range n {
		c := For[i%len(For)]
		if both && i < len(Against) {
			c = Against[len(Against)-1-i]
		}
		m.SetNRGBA(i, 0, c)
	}
	return m
}
