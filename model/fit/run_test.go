package fit

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"syscall"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/metrics"
)

func toyJob() Job {
	return Job{
		Net: toy(), Batch: toyBatch, Steps: 12, Seed: 3, Rate: 5e-3, Warm: 0.25, Decay: 1e-2, Keep: 0.9, Data: "toy",
		Fill: func(r *rand.Rand, slot int, input, target, weight []float32) {
			target[0], weight[0] = float32(slot%2), 1
			for p := range input {
				input[p] = float32(r.NormFloat64())
				if p%toySide < toySide/2 {
					input[p] += 1.5 * target[0]
				}
			}
		},
	}
}

func mustRun(t *testing.T, j Job) arch.Weights {
	t.Helper()
	w, err := j.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestJobIsReproducible(t *testing.T) {
	want := mustRun(t, toyJob())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !reflect.DeepEqual(mustRun(t, toyJob()), want) {
		t.Error("one core gives other weights")
	}
	other := toyJob()
	other.Seed++
	if reflect.DeepEqual(mustRun(t, other), want) {
		t.Error("another seed changes nothing")
	}
}

// TestJobResumes: a job that was killed goes on from its last checkpoint, one that
// was cancelled from where it was, both to the same weights and the same curve.
func TestJobResumes(t *testing.T) {
	plain := mustRun(t, toyJob())
	var wantCurve []Point
	j := measuredJob(&wantCurve)
	j.Every = 5
	want := mustRun(t, j)
	if !reflect.DeepEqual(plain, want) {
		t.Error("measuring changes the weights")
	}
	if len(wantCurve) != 3 || wantCurve[0].Step != 5 || wantCurve[2].Step != 12 {
		t.Errorf("curve %+v", wantCurve)
	}
	var curve []Point
	j = measuredJob(&curve)
	j.Checkpoint, j.Every = filepath.Join(t.TempDir(), "job.checkpoint"), 5
	killed := j.Checkpoint + ".killed"
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Progress = func(step int, _ float64, _ arch.Weights) {
		if step == 8 { // three steps after the last checkpoint
			copyFile(t, j.Checkpoint, killed)
			cancel()
		}
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	again := func(what, checkpoint string, first int) {
		t.Helper()
		var steps []int
		curve = nil
		j.Checkpoint = checkpoint
		j.Progress = func(step int, _ float64, _ arch.Weights) { steps = append(steps, step) }
		if got := mustRun(t, j); !reflect.DeepEqual(got, want) || steps[0] != first || steps[len(steps)-1] != 12 {
			t.Errorf("%s: steps %v; the same weights: %v", what, steps, reflect.DeepEqual(got, want))
		}
		if !reflect.DeepEqual(curve, wantCurve) {
			t.Errorf("%s: curve %+v, want %+v", what, curve, wantCurve)
		}
	}
	again("cancelled", j.Checkpoint, 9)
	again("killed", killed, 6)
	curve = nil
	if got := mustRun(t, j); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(curve, wantCurve) {
		t.Error("a job that was over gives other weights or another curve")
	}
	for what, change := range map[string]func(*Job){
		"seed": func(j *Job) { j.Seed++ }, "rate": func(j *Job) { j.Rate *= 2 }, "data": func(j *Job) { j.Data = "other" },
		"number of steps": func(j *Job) { j.Steps++ }, "patience": func(j *Job) { j.Patience = 3 },
		"kind of rate": func(j *Job) { j.Constant = true }, "epsilon": func(j *Job) { j.Epsilon = 1e-7 }, "end": func(j *Job) { j.Until = 12 },
	} {
		other := j
		change(&other)
		if _, err := other.Run(context.Background()); !errors.Is(err, ErrBadCheckpoint) {
			t.Errorf("another %s: %v", what, err)
		}
	}
}

// measuredJob measures by a figure that any weights have.
func measuredJob(curve *[]Point) Job {
	j := toyJob()
	j.Measure = func(_ context.Context, average arch.Weights) (Quality, error) {
		v := metrics.Number(average[0].Data[0])
		return Quality{v, map[string]metrics.Number{"first": v}}, nil
	}
	j.Measured = func(p Point) { *curve = append(*curve, p) }
	return j
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestJobStopsEarly: with patience the job ends after so many measurements that
// are no better, and makes the weights of the best, also across interruptions.
func TestJobStopsEarly(t *testing.T) {
	values := []float64{0.5, math.NaN(), 0.7, 0.6, 0.7, 0.9, 0.9}
	var measured []arch.Weights
	job := func() Job {
		j := toyJob()
		j.Every, j.Patience = 2, 2
		j.Measure = func(_ context.Context, average arch.Weights) (Quality, error) {
			measured = append(measured, average.Clone())
			return Quality{Value: metrics.Number(values[len(measured)-1])}, nil
		}
		return j
	}
	got := mustRun(t, job())
	if len(measured) != 5 { // 0.6 and 0.7 are no better than 0.7
		t.Fatalf("%d measurements", len(measured))
	}
	if !reflect.DeepEqual(got, measured[2]) {
		t.Error("not the weights that were measured best")
	}
	want := got
	measured = nil
	j := job()
	j.Checkpoint = filepath.Join(t.TempDir(), "job.checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Progress = func(step int, _ float64, _ arch.Weights) {
		if step == 7 {
			cancel()
		}
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := mustRun(t, j); !reflect.DeepEqual(got, want) || len(measured) != 5 {
		t.Errorf("%d measurements over two runs; the same weights: %v", len(measured), reflect.DeepEqual(got, want))
	}
	if got := mustRun(t, j); !reflect.DeepEqual(got, want) || len(measured) != 5 {
		t.Error("a job that had stopped went on")
	}
	j = toyJob()
	j.Every, j.Patience = 1, 1
	j.Measure = func(context.Context, arch.Weights) (Quality, error) {
		return Quality{Value: metrics.Number(math.NaN())}, nil
	}
	steps := 0
	j.Progress = func(int, float64, arch.Weights) { steps++ }
	mustRun(t, j)
	if steps != j.Steps {
		t.Errorf("stopped after %d steps without knowing anything", steps)
	}
}

// TestJobEndsBefore: a job that ends at a step of its cycle makes what the whole one had
// then, and says so after it was interrupted.
func TestJobEndsBefore(t *testing.T) {
	var want arch.Weights
	whole := toyJob()
	whole.Progress = func(step int, _ float64, average arch.Weights) {
		if step == 7 {
			want = average.Clone()
		}
	}
	mustRun(t, whole)
	j := toyJob()
	j.Until, j.Every, j.Checkpoint = 7, 5, filepath.Join(t.TempDir(), "job.checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Progress = func(step int, _ float64, _ arch.Weights) {
		if step == 6 {
			cancel()
		}
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, what := range []string{"resumed", "over"} {
		if !reflect.DeepEqual(mustRun(t, j), want) {
			t.Errorf("%s: it does not end where it was told to", what)
		}
	}
}

// TestJobAtAConstantRate: from given weights the first step of Adam moves each weight
// with a clear gradient by the rate, and the last weights are what is made.
func TestJobAtAConstantRate(t *testing.T) {
	start, err := arch.NewWeights(toy(), rand.New(rand.NewPCG(8, 8)))
	if err != nil {
		t.Fatal(err)
	}
	j := toyJob()
	j.Steps, j.Rate, j.Decay, j.Keep, j.Constant, j.Epsilon = 1, 1e-3, 0, 0, true, 1e-7
	j.Start = func(*rand.Rand) arch.Weights { return start.Clone() }
	moved := math.Abs(float64(mustRun(t, j).Get("logit.weight")[0] - start.Get("logit.weight")[0]))
	if math.Abs(moved-1e-3) > 1e-5 {
		t.Errorf("moved by %g", moved)
	}
}

// TestJobCancelledWhileMeasuring: the steps are kept, the measurement is made up.
func TestJobCancelledWhileMeasuring(t *testing.T) {
	var want []Point
	whole := measuredJob(&want)
	whole.Every = 4
	weights := mustRun(t, whole)
	var curve []Point
	j := measuredJob(&curve)
	j.Checkpoint, j.Every = filepath.Join(t.TempDir(), "job.checkpoint"), 4
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	measure := j.Measure
	j.Measure = func(ctx context.Context, _ arch.Weights) (Quality, error) {
		cancel()
		return Quality{}, ctx.Err()
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	j.Measure = measure
	if got := mustRun(t, j); !reflect.DeepEqual(got, weights) || !reflect.DeepEqual(curve, want) {
		t.Errorf("curve %+v, want %+v", curve, want)
	}
}

// TestJobOnAFullDisk: the job stops, the checkpoint before survives, and the job
// goes on from it once there is room.
func TestJobOnAFullDisk(t *testing.T) {
	want := mustRun(t, toyJob())
	j := toyJob()
	j.Checkpoint, j.Every = filepath.Join(t.TempDir(), "job.checkpoint"), 3
	writes := 0
	j.write = func(name string, fill func(io.Writer) error) error {
		writes++
		return model.WriteAtomic(name, func(w io.Writer) error {
			if writes == 3 {
				w = &fullDisk{w, 1000}
			}
			return fill(w)
		})
	}
	if _, err := j.Run(context.Background()); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	first := 0
	j.write = nil
	j.Progress = func(step int, _ float64, _ arch.Weights) {
		if first == 0 {
			first = step
		}
	}
	if got := mustRun(t, j); !reflect.DeepEqual(got, want) || first != 7 {
		t.Errorf("went on with step %d", first)
	}
}
