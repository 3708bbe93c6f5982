package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"lightbox/model"
	"lightbox/model/metrics"
)

// Labels drawn from a known curve must give that curve back.
func TestFitPlatt(t *testing.T) {
	const a, b, n = 0.7, -0.4, 20000
	rng := rand.New(rand.NewPCG(1, 1))
	logits, labels := make([]float64, n), make([]int, n)
	for i := range logits {
		logits[i] = 3 * rng.NormFloat64()
		if rng.Float64() < model.Sigmoid(a*logits[i]+b) {
			labels[i] = 1
		}
	}
	gotA, gotB, err := fitPlatt(logits, labels)
	if err != nil || math.Abs(gotA-a) > 0.03 || math.Abs(gotB-b) > 0.06 {
		t.Errorf("a %v, b %v, %v", gotA, gotB, err)
	}
	var residual, slope float64 // at the optimum both gradients vanish
	for i, z := range logits {
		d := model.Sigmoid(gotA*z+gotB) - float64(labels[i])
		residual, slope = residual+d, slope+d*z
	}
	if math.Abs(residual)/n > 1e-6 || math.Abs(slope)/n > 1e-6 {
		t.Errorf("gradient %v, %v", slope/n, residual/n)
	}
}

func TestFitPlattRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		logits []float64
		labels []int
	}{
		"separated": {[]float64{-2, -1, 1, 2}, []int{0, 0, 1, 1}},
		"falling":   {[]float64{-2, -1, 0, 1, 2, 3}, []int{1, 1, 0, 1, 0, 0}},
		"one value": {[]float64{1, 1, 1}, []int{0, 1, 1}},
		"one class": {[]float64{1, 2, 3}, []int{1, 1, 1}},
	} {
		if a, b, err := fitPlatt(c.logits, c.labels); !errors.Is(err, ErrNoCalibration) {
			t.Errorf("%s: a %v, b %v, %v", name, a, b, err)
		}
	}
}

func TestYouden(t *testing.T) {
	// By hand: 0.25 and 0.5 are equally good (3/3 + 2/3 and 2/3 + 3/3), and
	// the lower one misses fewer.
	got := metrics.Youden([]float64{.1, .2, .3, .4, .6, .8}, []int{0, 0, 1, 0, 1, 1})
	if math.Abs(got-.25) > 1e-12 {
		t.Errorf("threshold %v", got)
	}
	if got := metrics.Youden([]float64{.5, .5}, []int{0, 1}); got != model.DefaultThreshold {
		t.Errorf("without a choice: %v", got)
	}
}

func TestFolds(t *testing.T) {
	data := blobs(103, 1)
	for i := 0; i < 30; i += 2 { // pairs and triples of copies, labels kept
		data.Groups[i+2] = data.Groups[i]
	}
	folds, err := splitFolds(data, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	foldOf, groupOf := map[int]int{}, map[string]int{}
	for f, positions := range folds {
		for _, at := range positions {
			if _, twice := foldOf[at]; twice {
				t.Errorf("picture %d is dealt twice", at)
			}
			foldOf[at] = f
			if other, seen := groupOf[data.Groups[at]]; seen && other != f {
				t.Errorf("group of picture %d is torn apart", at)
			}
			groupOf[data.Groups[at]] = f
		}
	}
	if len(foldOf) != data.Len() {
		t.Errorf("%d of %d pictures dealt", len(foldOf), data.Len())
	}
	again, err := splitFolds(data, 5, 1)
	if err != nil || !reflect.DeepEqual(folds, again) {
		t.Error("one seed, two ways to fold")
	}
	for _, k := range []int{-1, 0, 1, 1000} {
		if _, err := splitFolds(data, k, 1); !errors.Is(err, ErrBadData) {
			t.Errorf("%d folds: %v", k, err)
		}
	}
}

func TestFoldsStopAtTheFirstError(t *testing.T) {
	failure := errors.New("failure")
	err := eachFold(context.Background(), 5, func(_ context.Context, f int) error {
		if f == 1 {
			return failure
		}
		return nil
	})
	if !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := eachFold(ctx, 5, func(context.Context, int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
