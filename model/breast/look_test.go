package breast_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/breast"
	"lightbox/model/breast/breasttest"
	"lightbox/model/looks"
	"lightbox/model/plane"
)

// learned is the look of phantoms, in five folds.
func learned(t *testing.T, n int) *breast.Look {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	l, err := breast.NewLook(breasttest.Described(n, r, 96, 128, breast.Describe))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLook: phantoms that it has not seen pass; turned, inverted and other pictures
// do not, and the first two are known for what they are.
func TestLook(t *testing.T) {
	l := learned(t, 300)
	r := rand.New(rand.NewPCG(3, 4))
	const n = 60
	passed := 0
	recognised := map[looks.Pose]int{}
	for range n {
		p := breasttest.Phantom(r, 120, 100, breasttest.Some(r))
		if pose, _ := l.Judge(p); pose == looks.Upright {
			passed++
		}
		negative := p.Clone()
		for i, v := range negative.Pix {
			negative.Pix[i] = 1 - v
		}
		for want, other := range map[looks.Pose]plane.Plane{
			looks.UpsideDown:  turned(p, func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y }),
			looks.TurnedLeft:  turned(transposed(p), func(x, y, _, h int) (int, int) { return x, h - 1 - y }),
			looks.TurnedRight: turned(transposed(p), func(x, y, w, _ int) (int, int) { return w - 1 - x, y }),
			looks.Inverted:    negative,
		} {
			if pose, _ := l.Judge(other); pose == want {
				recognised[want]++
			}
		}
	}
	if passed < n-2 {
		t.Errorf("%d of %d pass", passed, n)
	}
	for _, p := range []looks.Pose{looks.UpsideDown, looks.Inverted} {
		if recognised[p] < n-2 {
			t.Errorf("%s: %d of %d are known as such", p, recognised[p], n)
		}
	}
	// Which side is which is a matter of the lesion alone.
	if recognised[looks.TurnedLeft] < n/2 || recognised[looks.TurnedRight] < n/2 {
		t.Errorf("turned: %v of %d are known as such", recognised, n)
	}
	noise, slope := plane.New(90, 90), plane.New(90, 90)
	for i := range noise.Pix {
		noise.Pix[i], slope.Pix[i] = r.Float32(), float32(i%90)/90
	}
	for name, p := range map[string]plane.Plane{"noise": noise, "slope": slope} {
		if pose, d := l.Judge(p); pose != looks.Other {
			t.Errorf("%s is %s at %.0f", name, pose, d)
		}
	}
}

func turned(p plane.Plane, from func(x, y, w, h int) (int, int)) plane.Plane {
	q := p.Clone()
	for i := range q.Pix {
		x, y := from(i%p.Columns, i/p.Columns, p.Columns, p.Rows)
		q.Pix[i] = p.Pix[y*p.Columns+x]
	}
	return q
}

func transposed(p plane.Plane) plane.Plane {
	q := plane.New(p.Columns, p.Rows)
	for i := range q.Pix {
		q.Pix[i] = p.Pix[i%q.Columns*p.Columns+i/q.Columns]
	}
	return q
}

// TestDescribe: a picture of one cosine downwards has that cosine and no other, by
// the integral of its square; mirror images have the same figures; stripes differ
// along one direction only; whatever the picture, the figures are numbers.
func TestDescribe(t *testing.T) {
	wave := plane.New(breast.LookSide, breast.LookSide)
	const waves, height = 3, 0.3
	for i := range wave.Pix {
		wave.Pix[i] = float32(0.5 + height*math.Cos(math.Pi*waves*(float64(i/breast.LookSide)+0.5)/breast.LookSide))
	}
	d := breast.Describe(wave)
	want := height / 2 / (height/math.Sqrt2 + 0.01)
	for v := 1; v <= 5; v++ {
		if got := d[4+v]; v == waves && math.Abs(got-want) > 1e-3 || v != waves && math.Abs(got) > 1e-5 {
			t.Errorf("cosine %d: %v", v, got)
		}
	}
	if math.Abs(d[0]-0.5) > 1e-6 || d[2] != 0 {
		t.Errorf("mean %v, black %v", d[0], d[2])
	}
	if d[14] >= 0 || breast.Describe(transposed(wave))[14] <= 0 {
		t.Errorf("stripes across differ by %v more across", d[14])
	}
	r := rand.New(rand.NewPCG(5, 6))
	p := breasttest.Phantom(r, 70, 90, breasttest.Some(r))
	mirrored := turned(p, func(x, y, w, _ int) (int, int) { return w - 1 - x, y })
	a, b := breast.Describe(p), breast.Describe(mirrored)
	for i := range a {
		if math.Abs(a[i]-b[i]) > 2e-3 {
			t.Errorf("figure %d is %v, of the mirror image %v", i, a[i], b[i])
		}
	}
	for name, p := range map[string]plane.Plane{"black": plane.New(5, 300), "a pixel": plane.New(1, 1)} {
		for i, v := range breast.Describe(p) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: figure %d is %v", name, i, v)
			}
		}
	}
}

func TestBadLooks(t *testing.T) {
	few := make([][]float64, 10)
	for i := range few {
		few[i] = breast.Describe(plane.New(8, 8))
	}
	if _, err := breast.NewLook([][][]float64{few}, [][]int{make([]int, 10)}); !errors.Is(err, breast.ErrFewPictures) {
		t.Errorf("few: %v", err)
	}
	alike, folds := make([][]float64, breast.LeastPictures), make([]int, breast.LeastPictures)
	for i := range alike {
		alike[i], folds[i] = []float64{1, 2}, i%5
	}
	if _, err := breast.NewLook([][][]float64{alike}, [][]int{folds}); !errors.Is(err, breast.ErrBadLook) {
		t.Errorf("short: %v", err)
	}
	if _, err := breast.NewLook([][][]float64{{few[0][:1]}}, [][]int{{0}}); !errors.Is(err, breast.ErrBadLook) {
		t.Errorf("short: %v", err)
	}
	for name, text := range map[string]string{"empty": `{}`, "short": `{"mean":[1],"factor":[[1]],"limit":1}`} {
		var l breast.Look
		if err := json.Unmarshal([]byte(text), &l); err != nil || !errors.Is(l.Validate(), breast.ErrBadLook) {
			t.Errorf("%s: %v, %v", name, err, l.Validate())
		}
	}
}
