package lungs

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/arch"
	"lightbox/model/plane"
)

func normal(r *rand.Rand, n int, mean float64) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, descriptionLength)
		for k := range out[i] {
			out[i][k] = mean + float64(k+1)*r.NormFloat64()
		}
		out[i][1] += out[i][0] // correlated
	}
	return out
}

// TestShapeDistance: distances of normal figures follow χ² of as many degrees of
// freedom, whatever their scales and correlations, but that the covariance is
// that of the central 95 %. A few wild films change little.
func TestShapeDistance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	wild := normal(r, 4000, 3)
	for i := range wild[:100] {
		wild[40*i][3] += 60
	}
	s, err := NewShape([][][]float64{normal(r, 4000, 3), wild})
	if err != nil {
		t.Fatal(err)
	}
	var sum, squares float64
	const n = 4000
	inside := 0
	for _, d := range normal(r, n, 3) {
		v := s.Distance(d)
		sum += v / n
		squares += v * v / n
		if v <= s.Limit/s.Margin {
			inside++
		}
	}
	if sum < 0.95*descriptionLength || sum > 1.12*descriptionLength {
		t.Errorf("mean distance %v, want about %v", sum, descriptionLength)
	}
	if spread := math.Sqrt(squares-sum*sum) / sum; math.Abs(spread-math.Sqrt(2./descriptionLength)) > 0.05 {
		t.Errorf("distances vary by %v of their mean, want %v", spread, math.Sqrt(2./descriptionLength))
	}
	if part := float64(inside) / n; part < 0.985 || part > 0.999 {
		t.Errorf("%.4f lie within the limit, want about %.3f", part, keep)
	}
	far := normal(r, 1, 3)[0]
	far[4] += 100 * 5
	if s.Distance(far) < 1000 {
		t.Errorf("100 standard deviations away: %v", s.Distance(far))
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Shape
	if err := json.Unmarshal(text, &back); err != nil || back.Validate() != nil || back.Distance(far) != s.Distance(far) {
		t.Errorf("read back: %v", err)
	}
}

func TestBadShapes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for name, sets := range map[string][][][]float64{
		"none":       nil,
		"few":        {normal(r, 50, 0)},
		"one of":     {normal(r, 500, 0), normal(r, 1, 0)},
		"short":      {append(normal(r, 500, 0), []float64{1})},
		"no numbers": {append(normal(r, 500, 0), normal(r, 2, math.NaN())...)},
	} {
		if _, err := NewShape(sets); !errors.Is(err, ErrBadShape) && !errors.Is(err, ErrFewFilms) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"empty": `{}`, "short": `{"mean":[1],"factor":[[1]],"limit":1}`} {
		var s Shape
		if err := json.Unmarshal([]byte(text), &s); err != nil || !errors.Is(s.Validate(), ErrBadShape) {
			t.Errorf("%s: %v, %v", name, err, s.Validate())
		}
	}
}

// TestDescribeAnything: whatever the picture, the figures are numbers.
func TestDescribeAnything(t *testing.T) {
	w, err := arch.NewWeights(Net(), rand.New(rand.NewPCG(3, 3)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSegmenter(w)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(4, 4))
	noise := plane.New(90, 70)
	for i := range noise.Pix {
		noise.Pix[i] = r.Float32()
	}
	for name, film := range map[string]plane.Plane{"black": plane.New(5, 300), "a pixel": plane.New(1, 1), "noise": noise} {
		d := s.Describe(film)
		if len(d) != descriptionLength {
			t.Fatalf("%s: %d figures", name, len(d))
		}
		for i, v := range d {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: figure %d is %v", name, i, v)
			}
		}
		if a := s.Find(film); len(a.Mask.Pix) != FilmSide*FilmSide {
			t.Errorf("%s: a mask of %d", name, len(a.Mask.Pix))
		}
	}
}

// TestClose: a hole in a lung is closed, the gap between the lungs is not.
func TestClose(t *testing.T) {
	m := plane.New(Side, Side)
	for y := 12; y < 52; y++ {
		for x := 8; x < 56; x++ {
			if x < 26 || x >= 38 {
				m.Pix[y*Side+x] = 1
			}
		}
	}
	for y := 30; y < 34; y++ {
		for x := 14; x < 18; x++ {
			m.Pix[y*Side+x] = 0
		}
	}
	c := Close(m)
	if c.Pix[64*FilmSide+31] != 1 || c.Pix[64*FilmSide+64] != 0 {
		t.Error("the hole is open or the lungs have grown together")
	}
	film := plane.New(FilmSide, FilmSide)
	r := rand.New(rand.NewPCG(5, 5))
	for i := range film.Pix {
		film.Pix[i] = 0.02 * r.Float32()
		if c.Pix[i] > 0 {
			film.Pix[i] = 0.3 + 0.5*r.Float32()
		}
	}
	c.Grow(widen - narrow) // a cut out film is widened again
	_, mask := CutOut(film)
	if d := Dice(mask, c); d < 0.95 {
		t.Errorf("what is not black overlaps the lungs by %.3f", d)
	}
}

// TestCutOut: on a film whose lungs brighten from left to right, what was left out
// of one of them becomes as bright as its surroundings; what was shown stays.
func TestCutOut(t *testing.T) {
	film := plane.New(FilmSide, FilmSide)
	bright := func(x int) float32 { return 0.2 + 0.5*float32(x)/FilmSide }
	hole := func(x, y int) bool { return x >= 28 && x < 36 && y >= 50 && y < 58 }
	for y := 24; y < 104; y++ {
		for x := 16; x < 112; x++ {
			if (x < 52 || x >= 76) && !hole(x, y) {
				film.Pix[y*FilmSide+x] = bright(x)
			}
		}
	}
	mended, mask := CutOut(film)
	for y := range FilmSide {
		for x := range FilmSide {
			i := y*FilmSide + x
			switch {
			case mask.Pix[i] == 0 && mended.Pix[i] != film.Pix[i]:
				t.Fatalf("%d, %d lies outside and changed", x, y)
			case mask.Pix[i] > 0 && math.Abs(float64(mended.Pix[i]-bright(x))) > 0.03:
				t.Fatalf("%d, %d is %.3f, around it lies %.3f", x, y, mended.Pix[i], bright(x))
			case hole(x, y) && mask.Pix[i] == 0:
				t.Fatalf("the mask has a hole at %d, %d", x, y)
			}
		}
	}
	if mended, _ := CutOut(plane.New(FilmSide, FilmSide)); mended.Area() > 0 {
		t.Error("a black film became another")
	}
}
