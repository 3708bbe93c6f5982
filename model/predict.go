package model

import (
	"context"
	"fmt"
	"math"
)

// Prediction is what the network says about one picture.
type Prediction struct {
	// Logit is the network's output, in nats; with mirror averaging the mean
	// over the picture and its left-right mirror image.
	Logit float64
	// Spread is the standard deviation of the logits of all networks and views
	// that were averaged; 0 where there is one.
	Spread float64
	// Score is the sigmoid of the logit, 0..1. It ranks pictures.
	Score float64
}

// Predict reads one picture. It is safe for concurrent use.
func (m *Model) Predict(ctx context.Context, g Gray) (Prediction, error) {
	out, err := m.predictChunk(ctx, []Gray{g})
	if err != nil {
		return Prediction{}, err
	}
	return out[0], nil
}

// evaluationBatch is the number of network inputs run at once: the gain per
// picture is spent beyond it.
const evaluationBatch = 32

// PredictBatch reads many pictures, a batch at a time, in order. progress may
// be nil; it is called after each batch. A cancelled ctx ends the work with
// its error; a picture that cannot be prepared ends it with an error that
// names its position, counted from 0.
func (m *Model) PredictBatch(ctx context.Context, pictures []Gray, progress func(done, total int)) ([]Prediction, error) {
	const perBatch = evaluationBatch / 2 // pictures and their mirror images
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

func (m *Model) predictChunk(ctx context.Context, pictures []Gray) ([]Prediction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answers, err := m.reader.predict(ctx, pictures)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]Prediction, len(pictures))
	for i, a := range answers {
		if out[i], err = judge(a); err != nil {
			return nil, fmt.Errorf("picture %d: %w", i, err)
		}
	}
	return out, nil
}

// judge turns what the network says into a prediction.
func judge(a answer) (Prediction, error) {
	if math.IsNaN(a.logit) || math.IsInf(a.logit, 0) {
		return Prediction{}, fmt.Errorf("%w: the network's output is no number", ErrBadWeights)
	}
	return Prediction{Logit: a.logit, Spread: a.spread, Score: Sigmoid(a.logit)}, nil
}
