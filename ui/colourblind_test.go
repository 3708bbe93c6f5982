package ui

import (
	"image/color"
	"math"
	"testing"

	"lightbox/ui/viewport"
)

// sights are how colours look to eyes that lack one kind of cones, in linear RGB.
//
// Source: Machado, Oliveira and Fernandes 2009, severity 1.0.
var sights = map[string][3][3]float64{
	"all cones": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia": {
		{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab is a colour in CIELAB under D65, as eyes of a kind see it.
func lab(c color.NRGBA, sight [3][3]float64) (out [3]float64) {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	var seen [3]float64
	for i, row := range sight {
		for k, v := range row {
			seen[i] += v * in[k]
		}
		seen[i] = math.Min(math.Max(seen[i], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	r, g, b := seen[0], seen[1], seen[2]
	x := f((0.4124564*r + 0.3575761*g + 0.1804375*b) / 0.95047)
	y := f(0.2126729*r + 0.7151522*g + 0.0721750*b)
	z := f((0.0193339*r + 0.1191920*g + 0.9503041*b) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// deltaE is the colour difference CIEDE2000 of two colours in CIELAB.
//
// Source: Sharma, Wu and Dalal 2005.
func deltaE(p, q [3]float64) float64 {
	const rad = math.Pi / 180
	mean := (math.Hypot(p[1], p[2]) + math.Hypot(q[1], q[2])) / 2
	seventh := math.Pow(mean, 7)
	g := 0.5 * (1 - math.Sqrt(seventh/(seventh+math.Pow(25, 7))))
	a1, a2 := p[1]*(1+g), q[1]*(1+g)
	c1, c2 := math.Hypot(a1, p[2]), math.Hypot(a2, q[2])
	hue := func(a, b float64) float64 {
		if a == 0 && b == 0 {
			return 0
		}
		return math.Mod(math.Atan2(b, a)/rad+360, 360)
	}
	h1, h2 := hue(a1, p[2]), hue(a2, q[2])
	dh, sum := h2-h1, h1+h2
	switch {
	case c1*c2 == 0:
		dh = 0
	case dh > 180:
		dh -= 360
	case dh < -180:
		dh += 360
	}
	h := sum / 2
	switch {
	case c1*c2 == 0:
		h = sum
	case math.Abs(h1-h2) > 180 && sum < 360:
		h += 180
	case math.Abs(h1-h2) > 180:
		h -= 180
	}
	dl, dc := q[0]-p[0], c2-c1
	dH := 2 * math.Sqrt(c1*c2) * math.Sin(dh/2*rad)
	l, c := (p[0]+q[0])/2, (c1+c2)/2
	t := 1 - 0.17*math.Cos((h-30)*rad) + 0.24*math.Cos(2*h*rad) + 0.32*math.Cos((3*h+6)*rad) - 0.20*math.Cos((4*h-63)*rad)
	square := (l - 50) * (l - 50)
	sl, sc, sh := 1+0.015*square/math.Sqrt(20+square), 1+0.045*c, 1+0.015*c*t
	c7 := math.Pow(c, 7)
	rt := -2 * math.Sqrt(c7/(c7+math.Pow(25, 7))) * math.Sin(60*rad*math.Exp(-math.Pow((h-275)/25, 2)))
	return math.Sqrt(math.Pow(dl/sl, 2) + math.Pow(dc/sc, 2) + math.Pow(dH/sh, 2) + rt*(dc/sc)*(dH/sh))
}

// Pairs of the table of Sharma, Wu and Dalal, which was made to catch mistakes.
func TestColourDifference(t *testing.T) {
	for _, c := range []struct {
		p, q [3]float64
		want float64
	}{
		{[3]float64{50, 2.6772, -79.7751}, [3]float64{50, 0, -82.7485}, 2.0425},
		{[3]float64{50, -1.3802, -84.2814}, [3]float64{50, 0, -82.7485}, 1.0000},
		{[3]float64{50, 2.5, 0}, [3]float64{73, 25, -18}, 27.1492},
		{[3]float64{50, 2.5, 0}, [3]float64{61, -5, 29}, 22.8977},
		{[3]float64{60.2574, -34.0099, 36.2677}, [3]float64{60.4626, -34.1751, 39.4387}, 1.2644},
		{[3]float64{2.0776, 0.0795, -1.1350}, [3]float64{0.9033, -0.0636, -0.5514}, 0.9082},
	} {
		if got := deltaE(c.p, c.q); math.Abs(got-c.want) > 5e-5 {
			t.Errorf("%v, %v: %.4f, want %.4f", c.p, c.q, got, c.want)
		}
	}
}

// What differs by less than 2.3 looks alike side by side; colours that are to be told
// apart at a distance, in thin lines and words, need some times that.
const apart = 10

// The colours of curves are told apart by everybody, in every theme.
func TestSeriesColoursForAll(t *testing.T) {
	for name := range palettes {
		c := coloursOf(name)
		for sight, m := range sights {
			for i, a := range seriesColours {
				for _, b := range seriesColours[:i] {
					if d := deltaE(lab(c(a), m), lab(c(b), m)); d < apart {
						t.Errorf("%s, %s: %s and %s differ by %.1f", name, sight, b, a, d)
					}
				}
			}
		}
	}
}

// What is drawn over pictures is told apart by everybody: the two outlines, what
// speaks for and against, and each ramp from its own beginning.
func TestOverlayColoursForAll(t *testing.T) {
	for sight, m := range sights {
		differ := func(what string, a, b color.NRGBA, least float64) {
			t.Helper()
			if d := deltaE(lab(a, m), lab(b, m)); d < least {
				t.Errorf("%s: %s differ by %.1f", sight, what, d)
			}
		}
		differ("the outlines", viewport.LungsColour, viewport.HotColour, 1.5*apart)
		for i := 32; i < 256; i++ { // below, influence is hardly drawn
			differ("for and against", viewport.For[i], viewport.Against[i], apart)
		}
		for name, r := range map[string]*viewport.Ramp{"for": viewport.For, "against": viewport.Against} {
			const step = 32 // an eighth of the scale, as the legend can be read
			for i := 0; i+step < len(r); i += step {
				differ("eighths of the scale "+name, r[i], r[i+step], 5)
				if a, b := lab(r[i], m)[0], lab(r[i+step], m)[0]; b <= a {
					t.Errorf("%s: %s grows darker from %d to %d: %.1f, %.1f", sight, name, i, i+step, a, b)
				}
			}
		}
	}
}
