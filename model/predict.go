package model

import (
	"context"
	"fmt"
	"math"

	"lightbox/model/kernel"
)

// Prediction is what the network says about one picture.
type Prediction struct {
	// Logit is the network's output, in nats; with mirror averaging the mean
	// over the picture and its left-right mirror image.
	Logit float64
	// Score is the sigmoid of the logit, 0..1. It ranks pictures.
	Score float64
	// Probability is the calibrated probability of the finding in the
	// model's population, or the score where the model has no calibration.
	Probability float64
	// Calibrated says which of the two Probability is.
	Calibrated bool
}

// evaluationBatch is the number of network inputs run at once: the gain per
// picture is spent beyond it.
const evaluationBatch = 32

// views is the number of network inputs one picture makes.
func (m *Model) views() int {
	if m.Meta.MirrorAveraging {
		return 2
	}
	return 1
}

// Predict reads one picture. It is safe for concurrent use.
func (m *Model) Predict(ctx context.Context, g Gray) (Prediction, error) {
	out, err := m.predictChunk(ctx, []Gray{g})
	if err != nil {
		return Prediction{}, err
	}
	return out[0], nil
}

// PredictBatch reads many pictures, a batch at a time, in order. progress may
// be nil; it is called after each batch. A cancelled ctx ends the work with
// its error; a picture that cannot be prepared ends it with an error that
// names its position, counted from 0.
func (m *Model) PredictBatch(ctx context.Context, pictures []Gray, progress func(done, total int)) ([]Prediction, error) {
	perBatch := evaluationBatch / m.views()
	out := make([]Prediction, 0, len(pictures))
	for begin := 0; begin < len(pictures); begin += perBatch {
		chunk := pictures[begin:min(begin+perBatch, len(pictures))]
		part, err := m.predictChunk(ctx, chunk)
		if err != nil {
			return nil, fmt.Errorf("pictures %d to %d: %w", begin, begin+len(chunk)-1, err)
		}
		out = append(out, part...)
		if progress != nil {
			progress(len(out), len(pictures))
		}
	}
	return out, nil
}

// predictChunk prepares pictures on all cores and runs them as one batch.
func (m *Model) predictChunk(ctx context.Context, pictures []Gray) ([]Prediction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	views := m.views()
	input := make([]float32, len(pictures)*views*inputPixels)
	bad := make([]error, len(pictures))
	kernel.Parallel(len(pictures), func(from, to int) {
		for i := from; i < to; i++ {
			prepared, err := Prepare(pictures[i], m.Meta.Preprocessing)
			if err != nil {
				bad[i] = fmt.Errorf("picture %d: %w", i, err)
				continue
			}
			at := input[i*views*inputPixels:]
			copy(at, prepared)
			if views == 2 {
				mirror(at[inputPixels:2*inputPixels], prepared, InputSize)
			}
		}
	})
	for _, err := range bad {
		if err != nil {
			return nil, err
		}
	}
	logits, err := m.engine.logits(input, len(pictures)*views)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]Prediction, len(pictures))
	for i := range out {
		var sum float64
		for _, z := range logits[i*views : (i+1)*views] {
			sum += z
		}
		logit := sum / float64(views)
		if math.IsNaN(logit) || math.IsInf(logit, 0) {
			return nil, fmt.Errorf("%w: the network's output for picture %d is no number", ErrBadWeights, i)
		}
		out[i] = m.judge(logit)
	}
	return out, nil
}

func (m *Model) judge(logit float64) Prediction {
	p := Prediction{Logit: logit, Score: Sigmoid(logit)}
	p.Probability = p.Score
	if c := m.Meta.Calibration; c != nil {
		p.Probability, p.Calibrated = c.Probability(logit), true
	}
	return p
}
