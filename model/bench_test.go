package model

import (
	"context"
	"testing"
)

func BenchmarkPredict(b *testing.B) {
	m := randomModel(b, 1, nil)
	g := randomGray(1, InputSize, InputSize)
	for b.Loop() {
		if _, err := m.Predict(context.Background(), g); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstPredict includes making the plan, as at start-up.
func BenchmarkFirstPredict(b *testing.B) {
	m := randomModel(b, 1, func(m *Meta) { m.MirrorAveraging = true })
	g := randomGray(1, InputSize, InputSize)
	for b.Loop() {
		again, err := New(sourceOf(m), m.Meta)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := again.Predict(context.Background(), g); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPredictBatch(b *testing.B) {
	m := randomModel(b, 1, nil)
	pictures := make([]Gray, 320)
	for i := range pictures {
		pictures[i] = randomGray(uint64(i), InputSize, InputSize)
	}
	for b.Loop() {
		if _, err := m.PredictBatch(context.Background(), pictures, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(pictures)*b.N)/b.Elapsed().Seconds(), "pictures/s")
}

func BenchmarkPlainGoForward(b *testing.B) {
	m := randomModel(b, 1, nil)
	g := randomGray(1, InputSize, InputSize)
	for b.Loop() {
		plainForward(sourceOf(m), g.Pix)
	}
}

func BenchmarkPrepare2140x1760(b *testing.B) {
	g := randomGray(1, 2140, 1760)
	p := Preprocessing{Size: InputSize, Standardise: StandardisePerImage}
	for b.Loop() {
		if _, err := Prepare(g, p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEmbedded reads, checks and hashes the embedded weights.
func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		if _, err := loadEmbedded(DefaultName); err != nil {
			b.Fatal(err)
		}
	}
}
