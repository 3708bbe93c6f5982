package app

import (
	"context"
	"errors"
	"math"
	"time"

	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Stability is how a result changes when the picture is filtered before it is
// read: a hint at robustness, no confidence interval. The filter on screen plays
// no part in the result itself.
type Stability struct {
	Points []StabilityPoint // by rising σ; the first is the result, unfiltered
	Done   bool             // no more points will come
	Ended  *Message         // why there are fewer points than wanted; nil otherwise

	threshold float64 // logit; not a number without an operating point
	at        func(logit float64) float64
}

// StabilityPoint is one reading of the filtered picture.
type StabilityPoint struct {
	Sigma  float64 // standard deviation of the kernel that was applied, pixels of the image
	Logit  float64
	Number float64 // on the scale of Reading.Number
}

// stabilitySigmas are the filters that are tried, as standard deviations in
// pixels of the image, until the largest kernel cuts the Gaussian off.
var stabilitySigmas = []float64{0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16}

// MaxStability is the largest standard deviation, in pixels, that the curve goes
// to.
const MaxStability = 16

// Bounds of the work for one curve.
const (
	// stabilityDelay is how long a frame must rest on screen before it is worth
	// the work.
	stabilityDelay = 250 * time.Millisecond
	// maxStabilityTime ends the curve where a machine is slow; one filter cannot
	// be stopped in the middle.
	maxStabilityTime = 30 * time.Second
	// maxStabilityWork bounds one filter: pixels × 2 × the kernel's width.
	maxStabilityWork = 1 << 33
)

// stabilityBlur is the filter of a σ: four times σ to either side, as OpenCV
// itself takes it for 16 bits, as far as kernels go.
func stabilityBlur(sigma float64) vision.Blur {
	return vision.Blur{Kernel: min(2*int(math.Ceil(4*sigma))+1, vision.MaxKernel), Sigma: sigma}
}

// newStability begins a curve with the result itself.
func newStability(r *Reading) *Stability {
	s := &Stability{threshold: r.ThresholdLogit, at: r.NumberAt}
	s.add(0, r.Logit)
	return s
}

func (s *Stability) add(sigma, logit float64) {
	s.Points = append(s.Points, StabilityPoint{sigma, logit, s.at(logit)})
}

// Wanted is how many points a whole curve has.
func (s *Stability) Wanted() int { return len(stabilitySigmas) + 1 }

// Flip is the smallest σ in pixels at which the result crosses the operating
// point, interpolated between two points; ok is false where it does not.
func (s *Stability) Flip() (sigma float64, ok bool) {
	if len(s.Points) == 0 || math.IsNaN(s.threshold) {
		return 0, false
	}
	called := s.Points[0].Logit >= s.threshold
	for i := 1; i < len(s.Points); i++ {
		a, b := s.Points[i-1], s.Points[i]
		if (b.Logit >= s.threshold) != called {
			return a.Sigma + (b.Sigma-a.Sigma)*(s.threshold-a.Logit)/(b.Logit-a.Logit), true
		}
	}
	return 0, false
}

// Words say what the curve shows; spacing may be nil.
func (s *Stability) Words(spacing *vision.Spacing) (list []Message) {
	sigma, flips := s.Flip()
	last := s.Points[len(s.Points)-1].Sigma
	switch {
	case flips && spacing != nil && math.Abs(spacing.Column-spacing.Row) <= 1e-6*spacing.Row:
		list = append(list, Say("The call flips at σ {{.Sigma}} px ({{.MM}} mm {{.Provenance}}).",
			"Sigma", Short(sigma), "MM", Short(sigma*spacing.Column), "Provenance", Term(spacing.Provenance)))
	case flips:
		list = append(list, Say("The call flips at σ {{.Sigma}} px.", "Sigma", Short(sigma)))
	case !s.Done:
		list = append(list, Say("Reading the filtered picture: {{.Done}} of {{.All}}", "Done", len(s.Points), "All", s.Wanted()))
	case math.IsNaN(s.threshold):
		list = append(list, Say("The model has no operating point that a call could flip at."))
	default:
		list = append(list, Say("The call does not flip up to σ {{.Sigma}} px.", "Sigma", Short(last)))
	}
	if s.Ended != nil {
		list = append(list, *s.Ended)
	}
	return append(list, Say("The filter plays no part in the result."))
}

// predictor reads one picture as the model of a scan does and gives its logit.
type predictor func(ctx context.Context, n *Network, s *vision.Scan, g model.Gray) (logit float64, err error)

// predict is the predictor that is used outside tests.
func predict(ctx context.Context, n *Network, s *vision.Scan, g model.Gray) (float64, error) {
	c, err := n.choose(factsOf(s))
	if err != nil {
		return 0, err
	}
	p, err := c.Predict(ctx, g)
	return p.Logit, err
}

// sweep reads the gray view filtered with each σ and gives the σ that was
// applied and the logit. ended says why it stopped early. The error is that of a
// cancelled ctx alone.
func sweep(ctx context.Context, gray *vision.Gray, read func(model.Gray) (float64, error), each func(sigma, logit float64)) (ended *Message, err error) {
	deadline := time.Now().Add(maxStabilityTime)
	last := 0.0
	for _, sigma := range stabilitySigmas {
		b := stabilityBlur(sigma)
		if time.Now().After(deadline) || float64(gray.Rows)*float64(gray.Columns)*2*float64(b.Kernel) > maxStabilityWork {
			return reason(Say("The curve ends at σ {{.Sigma}} px: more would take too long.", "Sigma", Short(last))), nil
		}
		filtered, err := gray.Blur(ctx, b)
		logit := 0.0
		if err == nil && ctx.Err() == nil {
			logit, err = read(model.Gray{Rows: filtered.Rows, Columns: filtered.Columns, Pix: filtered.ModelInput()})
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, model.ErrBadImage):
			return reason(Say("Beyond σ {{.Sigma}} px the model finds nothing to read.", "Sigma", Short(last))), nil
		case err != nil:
			logProblem(err)
			return reason(Say("The curve ends at σ {{.Sigma}} px: {{.Detail}}.", "Sigma", Short(last), "Detail", detailOf(err))), nil
		}
		last = b.AppliedSigma()
		each(last, logit)
	}
	return nil, nil
}

// wantStability computes the curve of the result on screen in the background,
// unless it is there or a cine plays.
func (s *Session) wantStability() {
	st := &s.state
	if st.Scan == nil || st.Views == nil || st.Reading.Status != Result || st.Playing || st.Stability != nil {
		return
	}
	key := st.shown
	if kept := s.curves[key]; kept != nil {
		st.Stability = kept
		s.publish(StabilityChanged)
		return
	}
	curve := newStability(&st.Reading)
	st.Stability = curve
	s.publish(StabilityChanged)
	scan, gray, network, read := st.Scan, st.Views.gray, s.network, s.predict
	var id uint64
	inBackground(s, &s.stability, nil, scan.Path, func(ctx context.Context) (*Message, error) {
		select {
		case <-time.After(stabilityDelay):
		case <-ctx.Done():
			return nil, fault.Wrap(fault.Interrupted, scan.Path, ctx.Err())
		}
		ended, err := sweep(ctx, gray, func(g model.Gray) (float64, error) { return read(ctx, network, scan, g) }, func(sigma, logit float64) {
			s.post(func() {
				if s.stability.current(id) {
					curve.add(sigma, logit)
					s.publish(StabilityChanged)
				}
			})
		})
		if err != nil {
			return nil, fault.Wrap(fault.Interrupted, scan.Path, err)
		}
		return ended, nil
	}, func(ended *Message) {
		curve.Done, curve.Ended = true, ended
		s.curves[key] = curve
		s.publish(StabilityChanged)
	})
	id = s.stability.id // before anything is posted: this is the session's goroutine
}

// dropStability stops the curve and takes it off the screen.
func (s *Session) dropStability() {
	s.stability.stop()
	if s.state.Stability != nil {
		s.state.Stability = nil
		s.publish(StabilityChanged)
	}
}
