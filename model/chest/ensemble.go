package chest

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"lightbox/model/arch"
	"lightbox/model/lungs"
	"lightbox/model/plane"
)

// Ensemble reads films with several networks that were trained alike. It is
// safe for concurrent use.
type Ensemble struct {
	segmenter *lungs.Segmenter
	plans     []*arch.Plan
	heads     [][]float32 // the weights that make the logit of the last map
	runs      sync.Pool   // of []*arch.Run
}

// New makes an ensemble of at least one network.
func New(segmenter *lungs.Segmenter, members []arch.Weights) (*Ensemble, error) {
	if len(members) == 0 {
		return nil, errors.New("an ensemble of no networks")
	}
	e := &Ensemble{segmenter: segmenter}
	n := Net()
	for i, w := range members {
		plan, err := arch.NewPlan(n, w)
		if err != nil {
			return nil, fmt.Errorf("network %d of the ensemble: %w", i+1, err)
		}
		e.plans = append(e.plans, plan)
		e.heads = append(e.heads, append([]float32(nil), w.Get("logit.weight")...))
	}
	return e, nil
}

// ErrNoLungs tells that no lungs were found on a film.
var ErrNoLungs = errors.New("no lungs were found on the film")

// Reading is what the ensemble makes of a film.
type Reading struct {
	// Logit is the mean over networks and views, for opacity against normal.
	Logit float64
	// Spread is the standard deviation of Logits.
	Spread float64
	// Logits are those of each network on the film and on its mirror image.
	Logits [][2]float64
	// Features are the mean of the last map over its places, of the first
	// network on the film: what says how far from the training films it is.
	Features []float32
	// Map is the influence of each place of the film on Logit, before the
	// networks' averaging: 6 × 6, positive for opacity. Its sum over places is
	// the mean logit less the biases.
	Map plane.Plane
	// Lungs is where the networks looked, Input what the first one saw.
	Lungs lungs.Lungs
	Input plane.Plane
}

// Read reads a film of any size, 0 black … 1 white. Without lungs it is
// [ErrNoLungs].
func (e *Ensemble) Read(film plane.Plane) (*Reading, error) {
	found := e.segmenter.Find(film)
	return e.ReadIn(film, found)
}

// ReadIn reads a film whose lungs are known.
func (e *Ensemble) ReadIn(film plane.Plane, found lungs.Lungs) (*Reading, error) {
	small := film.Stretch(lungs.FilmSide, lungs.FilmSide)
	pair := make([]float32, 0, 2*Side*Side)
	for _, place := range [2]plane.Affine{plane.Identity(), plane.Mirror()} {
		x, ok := lungs.Input(small, found.Mask, Side, lungs.Change{Place: place})
		if !ok {
			return nil, ErrNoLungs
		}
		pair = append(pair, x...)
	}
	r := &Reading{Lungs: found, Input: plane.Plane{Rows: Side, Columns: Side, Pix: pair[:Side*Side]}}
	runs := e.take()
	defer e.runs.Put(&runs)
	last := lastMap(e.plans[0].Net())
	var sum, squares float64
	for i, run := range runs {
		z := run.Forward(pair, 2)
		r.Logits = append(r.Logits, [2]float64{float64(z[0]), float64(z[1])})
		for _, v := range z {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		r.add(run.Layer(last), e.heads[i], i == 0)
	}
	views := float64(2 * len(runs))
	r.Logit = sum / views
	r.Spread = math.Sqrt(math.Max(squares/views-r.Logit*r.Logit, 0))
	for i := range r.Map.Pix {
		r.Map.Pix[i] /= float32(views)
	}
	return r, nil
}

// take gives each network memory of its own for the two views.
func (e *Ensemble) take() []*arch.Run {
	if runs, ok := e.runs.Get().(*[]*arch.Run); ok {
		return *runs
	}
	var runs []*arch.Run
	for _, p := range e.plans {
		runs = append(runs, p.NewRun(2))
	}
	return runs
}

// add adds one network's last maps of both views to the map of influence:
// behind a mean over places and a weighted sum of channels, Grad-CAM is that
// weighted sum at each place (Zhou et al., CVPR 2016; Selvaraju et al., ICCV
// 2017, section 3.1), turned back for the mirror image.
func (r *Reading) add(maps, head []float32, first bool) {
	c := len(head)
	side := int(math.Sqrt(float64(len(maps) / 2 / c)))
	places := side * side
	if first {
		r.Map = plane.New(side, side)
		r.Features = make([]float32, c)
	}
	for view := range 2 {
		for p := range places {
			at := maps[(view*places+p)*c:][:c]
			var sum float32
			for i, v := range at {
				sum += v * head[i]
				if first && view == 0 {
					r.Features[i] += v / float32(places)
				}
			}
			to := p
			if view == 1 {
				to = p/side*side + side - 1 - p%side
			}
			r.Map.Pix[to] += sum / float32(places)
		}
	}
}
