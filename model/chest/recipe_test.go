package chest

import (
	"math"
	"math/rand/v2"
	"testing"

	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// TestBlank: what is painted over holds nothing of the film any more, what lies well
// outside of it is as it was.
func TestBlank(t *testing.T) {
	const side = lungs.FilmSide
	r := rand.New(rand.NewPCG(1, 5))
	even := 0
	for range 60 {
		film, mask := plane.New(side, side), plane.New(side, side)
		for i := range film.Pix {
			film.Pix[i] = r.Float32()
			if x, y := i%side, i/side; x >= 30 && x < 90 && y >= 30 && y < 90 {
				mask.Pix[i] = 1
			}
		}
		was := film.Clone()
		blank(r, film, mask)
		var with, old, now, n float64
		for i := range film.Pix {
			x, y := i%side, i/side
			if min(x, y) < 30-mostRim || max(x, y) >= 90+mostRim {
				if film.Pix[i] != was.Pix[i] {
					t.Fatalf("%d, %d outside the lungs is painted over", x, y)
				}
			} else if min(x, y) >= 30+mostRim && max(x, y) < 90-mostRim {
				a, b := float64(was.Pix[i])-0.5, float64(film.Pix[i]-film.Pix[60*side+60])
				with, old, now, n = with+a*b, old+a*a, now+b*b, n+1
			}
		}
		if now == 0 {
			even++
		} else if c := with / math.Sqrt(old*now); math.Abs(c) > 5/math.Sqrt(n) {
			t.Errorf("correlation of %.3f with what was there", c)
		}
	}
	if even < 15 || even > 45 {
		t.Errorf("%d of 60 are even", even)
	}
}

// TestExampleOfBlanked: the answer to a film without lungs is neither, and to others
// their own.
func TestExampleOfBlanked(t *testing.T) {
	film, mask := make(plane.Bytes, lungs.FilmSide*lungs.FilmSide), make(plane.Bytes, lungs.FilmSide*lungs.FilmSide)
	for i := range film {
		film[i] = uint8(i)
		if x := i % lungs.FilmSide; x > 20 && x < 100 {
			mask[i] = 255
		}
	}
	input, target, weight := make([]float32, Side*Side), make([]float32, 1), make([]float32, 1)
	count := map[float32]int{}
	const rounds = 400
	for k := range rounds {
		Example(rand.New(rand.NewPCG(uint64(k), 1)), film, mask, true, input, target, weight)
		count[target[0]]++
	}
	if n := count[0.5]; n < rounds*blanks/2 || n > rounds*blanks*2 || count[1-smoothing] != rounds-n {
		t.Errorf("answers %v", count)
	}
}
