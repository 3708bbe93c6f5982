package training

import (
	"fmt"
	"math"
	"time"

	"lightbox/app"
	"lightbox/model/dataset"
	"lightbox/model/fit"
	"lightbox/model/metrics"
	"lightbox/model/train"
	"lightbox/model/train/ensembles"
)

// WholeSplit is what progress calls the network of source-28 that is trained on
// the whole training split; the others, which calibrate it, are called by the fold
// that they do not see.
const WholeSplit = "all"

// SourceProgress brings what the training of source-28 tells into the shape of the
// ensembles'. What it returns is called by one goroutine at a time; its folds may
// be trained side by side.
func SourceProgress(folds int, tell func(Event)) func(train.Progress) {
	networks := map[int]*ensembles.Follower{}
	return func(p train.Progress) {
		f := networks[p.Fold]
		if f == nil {
			name := WholeSplit
			if p.Fold > 0 {
				name = fmt.Sprint(p.Fold)
			}
			f = ensembles.NewFollower(name, p.Fold+1, 1+folds, p.Epochs*p.Steps)
			networks[p.Fold] = f
		}
		step := (p.Epoch-1)*p.Steps + p.Step
		var now ensembles.Progress
		if math.IsNaN(p.ValAUC) {
			now = f.Step(step, p.Last)
		} else { // said of the step that was told before
			auc := metrics.Number(p.ValAUC)
			now = f.Measured(fit.Point{Step: step, Loss: metrics.Number(p.Loss), Quality: fit.Quality{Value: auc, Parts: map[string]metrics.Number{"val": auc}}})
		}
		tell(Event{Phase: Training, Progress: &now})
	}
}

// SourceSets describes the training split of source-28 as those of the ensembles
// are described.
func SourceSets(name string, data *dataset.Dataset) []ensembles.SetRecord {
	negative, positive := data.Counts()
	groups := map[string]bool{}
	for _, g := range data.Groups {
		groups[g] = true
	}
	s := ensembles.SetRecord{Name: name, Pictures: data.Len(), Positive: positive, Negative: negative, Groups: len(groups), Used: true}
	if len(data.Groups) == 0 {
		s.Groups = data.Len()
	}
	return []ensembles.SetRecord{s}
}

// SourceSummary is how a training of source-28 ended.
func SourceSummary(r *train.Result, took time.Duration) *Summary {
	s := &Summary{
		Model: r.Record.Model, Version: r.Record.Version, SHA256: r.Record.WeightsSHA256, Finding: r.Record.Finding,
		Files: []string{train.WeightsFile, train.MetricsFile, train.CardFile, train.CardFileChinese}, Took: took,
	}
	if o := r.Record.OutOfFold; o != nil {
		s.Youden = true
		s.Figures = append(s.Figures, Figure{app.Say("held-out folds, calibrated probability"), o.After})
		s.Remarks = append(s.Remarks, app.Say("The calibration was fitted on these held-out folds, read by other networks of the same recipe: its figures are slightly too good."))
	} else {
		s.Remarks = append(s.Remarks, app.Say("Not calibrated: that takes --folds. Its number is a score, not a probability."))
	}
	if val := r.Record.Evaluation("val"); val != nil {
		s.Figures = append(s.Figures, Figure{app.Say("validation split"), val.Report})
		s.Remarks = append(s.Remarks, app.Say("The validation split may share patients or pictures with the training split, as PneumoniaMNIST's does: its figures are then far too good."))
	}
	return s
}
