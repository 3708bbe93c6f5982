package model

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestPredictBatchEqualsSingle(t *testing.T) {
	for _, mirrored := range []bool{false, true} {
		m := randomModel(t, 5, func(m *Meta) { m.MirrorAveraging = mirrored })
		pictures := make([]Gray, 37) // neither divides a batch nor fills one
		for i := range pictures {
			pictures[i] = randomGray(uint64(i), 30+i, 60-i)
		}
		calls, last := 0, 0
		got, err := m.PredictBatch(context.Background(), pictures, func(done, total int) {
			calls++
			last = done
			if total != len(pictures) {
				t.Errorf("progress of %d, want %d", total, len(pictures))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(pictures) || last != len(pictures) || calls < 2 {
			t.Fatalf("%d predictions, progress %d after %d calls", len(got), last, calls)
		}
		for i, g := range pictures {
			want, err := m.Predict(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			if got[i] != want { // to the last bit: a reading does not depend on its neighbours
				t.Errorf("mirrored %v, picture %d: %v in a batch, %v alone", mirrored, i, got[i], want)
			}
		}
	}
}

func TestMirrorAveragingIsSymmetric(t *testing.T) {
	m := randomModel(t, 6, func(m *Meta) { m.MirrorAveraging = true })
	g := randomGray(1, InputSize, InputSize)
	flipped := Gray{Rows: InputSize, Columns: InputSize, Pix: make([]float32, inputPixels)}
	mirror(flipped.Pix, g.Pix, InputSize)
	a, err := m.Predict(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Predict(context.Background(), flipped)
	if err != nil {
		t.Fatal(err)
	}
	if !near(a.Logit, b.Logit) {
		t.Errorf("picture %.7f, its mirror image %.7f", a.Logit, b.Logit)
	}
}

func TestPredictConcurrently(t *testing.T) {
	m := randomModel(t, 7, nil)
	const workers, rounds = 4, 5
	want := make([]Prediction, workers)
	for i := range want {
		var err error
		if want[i], err = m.Predict(context.Background(), randomGray(uint64(i), 32, 32)); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	for i := range workers {
		wait.Go(func() {
			for range rounds {
				got, err := m.Predict(context.Background(), randomGray(uint64(i), 32, 32))
				if err != nil {
					t.Error(err)
					return
				}
				if got != want[i] {
					t.Errorf("worker %d: %v, alone %v", i, got, want[i])
				}
			}
		})
	}
	wait.Wait()
}

func TestPredictStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := randomModel(t, 1, nil).Predict(ctx, randomGray(1, 28, 28)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Weights that are finite but huge overflow: that is an error, not a number.
func TestOverflowIsNoPrediction(t *testing.T) {
	m := randomModel(t, 5, func(*Meta) {})
	net, _ := m.Network()
	for _, tensor := range net.Tensors() {
		for i := range tensor.Data {
			tensor.Data[i] *= 1e30
		}
	}
	m, err := New(net, m.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := m.Predict(context.Background(), randomGray(1, 40, 40)); !errors.Is(err, ErrBadWeights) {
		t.Errorf("%+v, %v", p, err)
	}
}
