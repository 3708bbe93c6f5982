package app

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"lightbox/model"
	"lightbox/vision"
)

// known gives logits that fall by one with each picture.
func known(calls *atomic.Int64) predictor {
	return func(context.Context, *Network, *vision.Scan, model.Gray) (float64, error) {
		return -float64(calls.Add(1)), nil
	}
}

// The curve begins with the result, has a point for every filter, and flips
// where two points say it does.
func TestStabilityOfAKnownModel(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph())
	var calls atomic.Int64
	d.do(func(s *Session) { s.predict = known(&calls); s.Open(path) })
	d.until("the whole curve", func(st *State) bool { return st.Stability != nil && st.Stability.Done })
	d.do(func(s *Session) {
		st := s.State()
		c := st.Stability
		if len(c.Points) != c.Wanted() || c.Ended != nil || c.Points[0].Sigma != 0 || c.Points[0].Logit != st.Reading.Logit {
			t.Fatalf("%+v", c)
		}
		for i, p := range c.Points[1:] {
			if p.Sigma <= c.Points[i].Sigma || p.Logit != -float64(i+1) || p.Number != st.Reading.NumberAt(p.Logit) {
				t.Errorf("point %d is %+v", i+1, p)
			}
			if asked := stabilitySigmas[i]; math.Abs(p.Sigma-asked) > 0.08*asked {
				t.Errorf("σ %v was asked for, %v applied", asked, p.Sigma)
			}
		}
		c.Points[0].Logit, c.threshold = 5, -2.5 // between the second filter and the third
		a, b := c.Points[2].Sigma, c.Points[3].Sigma
		if sigma, ok := c.Flip(); !ok || math.Abs(sigma-(a+b)/2) > 1e-12 {
			t.Errorf("flips at %v (%v), want half way from %v to %v", sigma, ok, a, b)
		}
		if s := c.Words(nil)[0].String(); s != "The call flips at σ 1.25 px." {
			t.Errorf("%q", s)
		}
		c.threshold = -99
		if _, ok := c.Flip(); ok || c.Words(nil)[0].String() != "The call does not flip up to σ "+Short(c.Points[len(c.Points)-1].Sigma)+" px." {
			t.Errorf("%q", c.Words(nil)[0])
		}
	})
	// It is kept: coming back costs nothing.
	d.do(func(s *Session) { s.state.Stability = nil; s.wantStability() })
	d.do(func(s *Session) {
		if c := s.State().Stability; c == nil || !c.Done || calls.Load() != int64(len(stabilitySigmas)) {
			t.Errorf("%+v after %d readings", c, calls.Load())
		}
	})
}

// What the model is given is the gray view, filtered more and more: no value
// leaves the range of the picture, and its variance falls.
func TestStabilityReadsTheFilteredPicture(t *testing.T) {
	d := newDesk(t)
	path := write(t, "a.dcm", radiograph())
	var variances []float64
	d.do(func(s *Session) {
		s.predict = func(_ context.Context, _ *Network, scan *vision.Scan, g model.Gray) (float64, error) {
			var sum, squares float64
			for _, v := range g.Pix {
				sum += float64(v)
				squares += float64(v) * float64(v)
			}
			n := float64(len(g.Pix))
			if g.Rows != 160 || g.Columns != 128 || len(g.Pix) != 160*128 || scan.Path != path {
				t.Errorf("%d×%d pixels of %s", g.Columns, g.Rows, scan.Path)
			}
			variances = append(variances, squares/n-sum*sum/(n*n))
			return 0, nil
		}
		s.Open(path)
	})
	d.until("the whole curve", func(st *State) bool { return st.Stability != nil && st.Stability.Done })
	d.do(func(s *Session) {
		if len(variances) != len(stabilitySigmas) || !slices.IsSortedFunc(variances, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
			t.Errorf("variances %v", variances)
		}
	})
}

// Another frame, another model or a refusal ends the curve; a picture in which
// the model finds nothing ends it with a sentence.
func TestStabilityIsCancelled(t *testing.T) {
	d := newDesk(t)
	first, second := write(t, "first.dcm", radiograph()), write(t, "second.png", colourPNG(t))
	started, stopped := make(chan struct{}, 100), make(chan struct{}, 100)
	d.do(func(s *Session) {
		s.predict = func(ctx context.Context, _ *Network, scan *vision.Scan, _ model.Gray) (float64, error) {
			if scan.Path != first {
				t.Errorf("%s is read filtered", scan.Path)
			}
			started <- struct{}{}
			<-ctx.Done()
			stopped <- struct{}{}
			return 0, ctx.Err()
		}
		s.Open(first)
	})
	<-started
	d.do(func(s *Session) { s.UseModel(model.DefaultName) })
	<-stopped
	<-started
	d.do(func(s *Session) {
		if c := s.State().Stability; c == nil || c.Done || len(c.Points) != 1 || s.State().Busy != nil {
			t.Errorf("%+v, busy %v", c, s.State().Busy)
		}
		s.Open(second)
	})
	<-stopped
	d.until("a refusal", func(st *State) bool { return settled(st) && st.Scan.Path == second })
	d.do(func(s *Session) {
		st := s.State()
		if st.Reading.Status != Refused || st.Stability != nil || s.stability.cancel != nil || len(s.curves) != 0 {
			t.Errorf("status %v, curve %+v, %d kept", st.Reading.Status, st.Stability, len(s.curves))
		}
		if st.Problem != nil {
			t.Errorf("cancelling is told as a problem: %s", st.Problem)
		}
		calls := 0
		s.predict = func(context.Context, *Network, *vision.Scan, model.Gray) (float64, error) {
			if calls++; calls > 2 {
				return 0, model.ErrBadImage
			}
			return 1, nil
		}
		s.Open(first)
	})
	d.until("the end of the curve", func(st *State) bool { return st.Stability != nil && st.Stability.Done })
	d.do(func(s *Session) {
		c := s.State().Stability
		if len(c.Points) != 3 || c.Ended == nil || c.Ended.String() != "Beyond σ 1 px the model finds nothing to read." {
			t.Errorf("%+v, %v", c.Points, c.Ended)
		}
	})
}

// A picture too large for the largest filters has a shorter curve.
func TestStabilityIsBounded(t *testing.T) {
	huge := &vision.Gray{Image: &vision.Image{Rows: 1 << 16, Columns: 1 << 16}}
	ended, err := sweep(context.Background(), huge, nil, nil)
	if err != nil || ended == nil {
		t.Errorf("%v, %v", ended, err)
	}
}
