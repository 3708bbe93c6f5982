package fit

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"lightbox/model/arch"
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

func TestJobResumes(t *testing.T) {
	want := mustRun(t, toyJob())
	j := toyJob()
	j.Checkpoint, j.Every = filepath.Join(t.TempDir(), "job.checkpoint"), 5
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Progress = func(step int, _ float64, _ arch.Weights) {
		if step == 8 { // three steps after the last checkpoint
			cancel()
		}
	}
	if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var steps []int
	j.Progress = func(step int, _ float64, _ arch.Weights) { steps = append(steps, step) }
	if got := mustRun(t, j); !reflect.DeepEqual(got, want) || steps[0] != 6 || len(steps) != 7 {
		t.Errorf("steps %v; the same weights: %v", steps, reflect.DeepEqual(got, want))
	}
	if again := mustRun(t, j); !reflect.DeepEqual(again, want) {
		t.Error("a job that was over gives other weights")
	}
	for what, change := range map[string]func(*Job){
		"seed": func(j *Job) { j.Seed++ }, "rate": func(j *Job) { j.Rate *= 2 }, "data": func(j *Job) { j.Data = "other" },
		"number of steps": func(j *Job) { j.Steps++ },
	} {
		other := j
		change(&other)
		if _, err := other.Run(context.Background()); !errors.Is(err, ErrBadCheckpoint) {
			t.Errorf("another %s: %v", what, err)
		}
	}
}
