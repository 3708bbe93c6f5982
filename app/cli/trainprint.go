package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox/app"
	"lightbox/app/training"
	"lightbox/model/metrics"
	"lightbox/model/train/ensembles"
)

// reworded is an error in other words than its own.
type reworded struct {
	words string
	err   error
}

func (r reworded) Error() string { return r.words }

func (r reworded) Unwrap() error { return r.err }

// stoppedTraining words why a training ended before its end, and how it goes on.
func stoppedTraining(out string, err error) error {
	reason := told(err).Error()
	if errors.Is(err, context.Canceled) {
		reason = "training was stopped"
	}
	why := strings.TrimSuffix(reason, ".")
	if !training.Resumable(out, err) {
		return reworded{why + "; nothing was written", err}
	}
	return reworded{fmt.Sprintf("%s; the last checkpoint is kept in %s: go on with the same command and --resume", why, app.Printable(out)), err}
}

// trainingPrinter prints where a training stands.
type trainingPrinter struct {
	out, err io.Writer
	json     bool

	mu      sync.Mutex
	printed time.Time
	left    int // scans that were left aside
	phase   training.Phase
}

// progressInterval is how often a line is printed while nothing else happens.
const progressInterval = 10 * time.Second

// trainingLine is a line of train --json before the last.
type trainingLine struct {
	Stage     training.Phase            `json:"stage"`
	Done      int                       `json:"done,omitempty"`
	Of        int                       `json:"of,omitempty"`
	Problem   string                    `json:"left_aside,omitempty"`
	Note      string                    `json:"note,omitempty"`
	Network   string                    `json:"network,omitempty"`
	Step      int                       `json:"step,omitempty"`
	Steps     int                       `json:"steps,omitempty"`
	Loss      *metrics.Number           `json:"loss,omitempty"`
	PerSecond *metrics.Number           `json:"steps_per_second,omitempty"`
	Left      *metrics.Number           `json:"seconds_left,omitempty"`
	Quality   *metrics.Number           `json:"quality,omitempty"`
	Parts     map[string]metrics.Number `json:"quality_parts,omitempty"`
}

func (p *trainingPrinter) tell(e training.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Sets != nil {
		return // metrics.json and the cards have them
	}
	line := trainingLine{Stage: e.Phase, Done: e.Done, Of: e.Of}
	text := string(e.Phase)
	important := e.Phase != p.phase
	p.phase = e.Phase
	switch {
	case e.Problem != nil:
		p.left++
		line.Problem = app.Explain(e.Problem).String()
		text, important = "left aside: "+line.Problem, true
	case e.Note != nil:
		line.Note = e.Note.String()
		text, important = line.Note, true
	case e.Progress != nil:
		text = line.progress(*e.Progress)
		important = important || e.Progress.Point != nil || e.Progress.Resumed
	case e.Of > 0:
		text = fmt.Sprintf("reading %d/%d scans", e.Done, e.Of)
		important = important || e.Done == e.Of
	}
	if !important && time.Since(p.printed) < progressInterval {
		return
	}
	p.printed = time.Now()
	// Nothing can be done about a closed output, and training goes on.
	if p.json {
		_ = json.NewEncoder(p.out).Encode(line)
		return
	}
	_, _ = fmt.Fprintln(p.err, text)
}

// progress fills in where a network stands, and words it.
func (l *trainingLine) progress(s ensembles.Progress) string {
	number := func(v float64) *metrics.Number {
		n := metrics.Number(v)
		return &n
	}
	l.Done, l.Of, l.Network, l.Step, l.Steps = s.Number, s.Of, s.Network, s.Step, s.Steps
	if s.Resumed {
		return fmt.Sprintf("network %d of %d (%s): %d of %d steps were taken before", s.Number, s.Of, s.Network, s.Step, s.Steps)
	}
	l.Loss = number(s.Loss)
	text := fmt.Sprintf("network %d of %d (%s): step %d/%d, loss %.4f", s.Number, s.Of, s.Network, s.Step, s.Steps, s.Loss)
	if s.PerSecond > 0 {
		left := s.Left
		if all, ok := training.LeftInAll(s); ok {
			left = all
		}
		l.PerSecond, l.Left = number(s.PerSecond), number(math.Round(left.Seconds()))
		text += fmt.Sprintf(", %.2f steps/s, %s left in it", s.PerSecond, app.Duration(s.Left))
		if left > s.Left {
			text += fmt.Sprintf(", %s in all", app.Duration(left))
		}
	}
	if q := s.Point; q != nil {
		l.Quality, l.Parts = &q.Value, q.Parts
		switch fold, _ := ensembles.Teacher(s.Network); fold {
		case ensembles.Whole: // it sees all pictures
		case ensembles.Segmenter:
			text += "; overlap with masks of held-out films " + quality(q.Value)
		default:
			text += "; AUC on its held-out fold " + quality(q.Value)
		}
		for i, name := range slices.Sorted(maps.Keys(q.Parts)) {
			text += map[bool]string{true: " (", false: ", "}[i == 0] + name + " " + quality(q.Parts[name])
		}
		if len(q.Parts) > 0 {
			text += ")"
		}
	}
	return text
}

func quality(v metrics.Number) string {
	if math.IsNaN(float64(v)) {
		return "not known"
	}
	return fmt.Sprintf("%.3f", v)
}

// trainedResult is the last line of train --json.
type trainedResult struct {
	Stage         string                         `json:"stage"`
	Model         string                         `json:"model"`
	Version       string                         `json:"model_version"`
	WeightsSHA256 string                         `json:"weights_sha256"`
	Folder        string                         `json:"folder"`
	Files         []string                       `json:"files"`
	HeldOut       []ensembles.Part               `json:"held_out"`
	Uncalibrated  []ensembles.UncalibratedRecord `json:"uncalibrated,omitempty"`
	LeftAside     ensembles.LeftAside            `json:"left_aside"`
}

func (p *trainingPrinter) result(folder string, r *training.Result) error {
	m := r.Record
	if p.json {
		return json.NewEncoder(p.out).Encode(trainedResult{"done", m.Model, m.Version, m.WeightsSHA256, folder, r.Files, m.HeldOut, m.Uncalibrated, m.LeftAside})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\nweights sha256 %s\n", m.Model, m.Version, m.WeightsSHA256)
	l := m.LeftAside
	fmt.Fprintf(&b, "left aside: %d scans of test splits (not read), %d unreadable, %d labelled in two ways, %d without a label, %d with one that is not known%s; %d groups merged with others because of copies\n",
		l.TestSplit, l.Unreadable, l.Contradictory, l.Unlabelled, l.UnknownClass, l.Names(), l.MergedGroups)
	b.WriteString("on pictures that a network had not seen, scores:\n")
	for _, h := range m.HeldOut {
		name := "all"
		if h.By != "" {
			name = h.By + " " + h.Name
		}
		fmt.Fprintf(&b, "  %-32s n %5d (%d with)  AUC %s  sensitivity %s  specificity %s\n", name, h.Report.N, h.Report.Positives,
			ensembles.Interval(h.Report.AUC), ensembles.Interval(h.Report.Operating.Sensitivity), ensembles.Interval(h.Report.Operating.Specificity))
	}
	if c := r.Model.Calibrations(); c != nil {
		for _, q := range c.Populations {
			fmt.Fprintf(&b, "calibrated: %s\n", q.Fitted.Population)
		}
	}
	for _, u := range m.Uncalibrated {
		fmt.Fprintf(&b, "not calibrated: %s: %s\n", u.Population, u.Why)
	}
	fmt.Fprintf(&b, "trained in %s\nwritten to %s: %s\n", app.Duration(time.Duration(m.Seconds*float64(time.Second))), folder, strings.Join(r.Files, ", "))
	_, err := io.WriteString(p.out, b.String())
	return err
}
