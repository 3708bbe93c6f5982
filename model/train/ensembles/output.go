package ensembles

import (
	"bytes"
	"fmt"
	"math"

	"lightbox/model/chart"
	"lightbox/model/metrics"
)

// Files are all that a training writes: weights, calibration, metrics, cards and
// charts. Without a calibration there is no file of it, and no reliability
// diagram.
func (a *Assembled) Files(r *Record, texts Texts) ([]File, error) {
	var weights bytes.Buffer
	if err := a.Model.Write(&weights); err != nil {
		return nil, err
	}
	list := []File{{WeightsFile, weights.Bytes()}}
	if a.Calibrations != nil {
		text, err := a.Calibrations.Encode()
		if err != nil {
			return nil, err
		}
		list = append(list, File{CalibrationFile, text})
	}
	text, err := r.Encode()
	if err != nil {
		return nil, err
	}
	english, chinese, err := Cards(a.Model, r, texts)
	if err != nil {
		return nil, err
	}
	charts, err := a.charts()
	return append(append(list, File{MetricsFile, text}, File{CardFile, english}, File{CardFileChinese, chinese}), charts...), err
}

// charts are the ROC curves on pictures that were held out, by set, and how
// reliable calibrated probabilities are.
func (a *Assembled) charts() ([]File, error) {
	var list []File
	add := func(name string, f chart.Figure, err error) error {
		if err != nil {
			return err
		}
		data, err := f.PNG()
		list = append(list, File{name, data})
		return err
	}
	roc, err := chart.ROC(chart.English, a.Model.Meta.Name+": pictures held out from training", a.Held.bySet())
	if err := add(ROCFile, roc, err); err != nil {
		return nil, err
	}
	if a.Calibrations == nil {
		return list, nil
	}
	var groups []chart.Binned
	for _, p := range a.Calibrations.Populations {
		name := "anyone"
		if p.From != 0 || p.Until != 0 {
			name = fmt.Sprintf("from %.0f to %.0f years", p.From, p.Until)
		}
		groups = append(groups, chart.Binned{Name: name, Bins: p.Fitted.Summary.After.Bins})
	}
	reliability, err := chart.Reliability(chart.English, a.Model.Meta.Name+": reliability, cross-validated", groups)
	return list, add(ReliabilityFile, reliability, err)
}

// bySet are the scores of the sets with both labels.
func (o OutOfFold) bySet() (list []chart.Scored) {
	at := map[string]int{}
	for i, c := range o.Cases {
		k, known := at[c.Set]
		if !known {
			k = len(list)
			at[c.Set] = k
			list = append(list, chart.Scored{Name: c.Set, Threshold: math.NaN()})
		}
		list[k].Scores, list[k].Labels = append(list[k].Scores, o.Sample.Logits[i]), append(list[k].Labels, c.Label)
	}
	var both []chart.Scored
	for _, s := range list {
		if !math.IsNaN(metrics.AUC(s.Scores, s.Labels)) {
			both = append(both, s)
		}
	}
	return both
}
