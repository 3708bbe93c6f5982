package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/metrics"
)

// OutOfFold is what k-fold training inside the training split tells about a
// recipe: every picture was scored by a network that had not seen it, nor a
// copy of it.
type OutOfFold struct {
	Calibration model.Calibration `json:"calibration"`
	// Threshold is Youden's operating point on the calibrated probability.
	Threshold float64   `json:"threshold"`
	FoldAUC   []float64 `json:"fold_auc"`
	// Before and After are the pooled figures of the plain score and of the
	// calibrated probability. The two numbers of the calibration were fitted
	// on these very pictures, so After is slightly too good.
	Before metrics.Report `json:"before_calibration"`
	After  metrics.Report `json:"after_calibration"`
}

// Calibrate trains k networks by the same recipe, each on all folds but one,
// and fits the calibration and the threshold on the logits of the folds left
// out. Folds are stratified by label and never tear a group apart. Fold f is
// trained from seed·1000+f, so that no fold repeats the final run. Folds run
// side by side; opt.Progress is called by one of them at a time.
func Calibrate(ctx context.Context, data *dataset.Dataset, recipe Recipe, seed uint64, k int, opt Options) (*OutOfFold, error) {
	folds, err := splitFolds(data, k, seed)
	if err != nil {
		return nil, err
	}
	opt.Progress = serialise(opt.Progress)
	out := &OutOfFold{FoldAUC: make([]float64, k)}
	logits := make([]float64, data.Len())
	err = eachFold(ctx, k, func(ctx context.Context, f int) error {
		part, err := scoreFold(ctx, data, folds, f, recipe, seed, opt)
		if err != nil {
			return fmt.Errorf("fold %d of %d: %w", f+1, k, err)
		}
		for i, at := range folds[f] {
			logits[at] = part[i]
		}
		out.FoldAUC[f] = metrics.AUC(part, data.Subset(folds[f]).Labels)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, out.fit(data, logits, seed, k)
}

// serialise lets several runs report to one callback.
func serialise(report func(Progress)) func(Progress) {
	if report == nil {
		return nil
	}
	var mu sync.Mutex
	return func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		report(p)
	}
}

// scoreFold trains on all folds but f and returns the logits of fold f.
func scoreFold(ctx context.Context, data *dataset.Dataset, folds [][]int, f int, recipe Recipe, seed uint64, opt Options) ([]float64, error) {
	var rest []int
	for other, positions := range folds {
		if other != f {
			rest = append(rest, positions...)
		}
	}
	net, err := Fit(ctx, data.Subset(rest), recipe, seed*1000+uint64(f)+1, Options{
		Progress: opt.Progress,
		Stage:    fmt.Sprintf("fold %d/%d", f+1, len(folds)),
		Fold:     f + 1,
	})
	if err != nil {
		return nil, err
	}
	predictions, err := Predict(ctx, net, recipe, data.Subset(folds[f]))
	return Logits(predictions), err
}

// eachFold runs the folds on as many goroutines as there are processors: what
// one fold does on one of them, another fills up. Folds share nothing, so their
// order does not change a bit of the result. The first error stops the others
// and is returned.
func eachFold(ctx context.Context, k int, work func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int, k)
	for f := range k {
		next <- f
	}
	close(next)
	var wait sync.WaitGroup
	for range min(k, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for f := range next {
				if ctx.Err() != nil {
					return
				}
				if err := work(ctx, f); err != nil {
					cancel(err) // keeps the first
					return
				}
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

func (o *OutOfFold) fit(data *dataset.Dataset, logits []float64, seed uint64, k int) error {
	a, b, err := fitPlatt(logits, data.Labels)
	if err != nil {
		return err
	}
	o.Calibration = model.Calibration{
		A: a, B: b, N: data.Len(), Folds: k, Population: model.PopulationKermany,
	}
	scores, calibrated := make([]float64, len(logits)), make([]float64, len(logits))
	for i, z := range logits {
		scores[i], calibrated[i] = model.Sigmoid(z), o.Calibration.Probability(z)
	}
	o.Threshold = metrics.Youden(calibrated, data.Labels)
	report := func(p []float64, threshold float64) (metrics.Report, error) {
		return metrics.Evaluate(metrics.Input{
			Probabilities: p, Labels: data.Labels, Groups: data.Groups,
			Threshold: threshold, Seed: seed,
		})
	}
	if o.Before, err = report(scores, model.DefaultThreshold); err != nil {
		return err
	}
	o.After, err = report(calibrated, o.Threshold)
	return err
}

// splitFolds deals whole groups into k folds, keeping the share of each label
// even: groups in random order, each to the fold that has fewest pictures of
// its label. A group takes the label of its first picture.
func splitFolds(data *dataset.Dataset, k int, seed uint64) ([][]int, error) {
	if err := data.Validate(); err != nil {
		return nil, err
	}
	groups := metrics.Members(data.Groups, data.Len())
	if k < 2 || k > len(groups) {
		return nil, fmt.Errorf("%w: %d folds of %d groups", ErrBadData, k, len(groups))
	}
	folds := make([][]int, k)
	filled := make([][2]int, k)
	for _, g := range rand.New(rand.NewPCG(seed, streamFolds)).Perm(len(groups)) {
		label := data.Labels[groups[g][0]]
		least := 0
		for f := range folds {
			if filled[f][label] < filled[least][label] {
				least = f
			}
		}
		folds[least] = append(folds[least], groups[g]...)
		filled[least][label] += len(groups[g])
	}
	return folds, nil
}
