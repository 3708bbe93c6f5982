package training

import (
	"maps"
	"slices"
	"time"

	"lightbox/app"
	"lightbox/model/fit"
	"lightbox/model/train/ensembles"
)

// Quality is what was measured after a step on pictures that a network is not
// trained on: an area under the ROC curve, or the overlap of a segmenter, by set.
type Quality struct {
	Step  int
	Value float64 // mean over the sets; not a number where nothing could be said
	Parts []Part  // by name
}

// Part is a quality on the pictures of one set.
type Part struct {
	Name  string
	Value float64
}

// NetworkState is how far a network is.
type NetworkState int

// States of a network, in their order.
const (
	Waiting NetworkState = iota
	Running
	Whole        // it has taken all its steps
	StoppedEarly // for want of a better AUC, as was asked for
)

// Network is one network of a training that is followed.
type Network struct {
	Number      int     // from 1
	Step, Steps int     // Steps is 0 while it waits
	Resumed     int     // steps that were taken before an interruption
	Loss        float64 // smoothed; meaningless before the first step of this run
	State       NetworkState

	name      string
	mixed     bool // those after it are not like it
	perSecond float64
	left      time.Duration
	losses    losses
	qualities []Quality
}

// Losses is its curve so far.
func (n *Network) Losses() []Loss { return n.losses.points }

// Qualities is what was measured so far.
func (n *Network) Qualities() []Quality { return n.qualities }

// Last is the newest measurement.
func (n *Network) Last() (q Quality, ok bool) {
	if len(n.qualities) == 0 {
		return q, false
	}
	return n.qualities[len(n.qualities)-1], true
}

// Segments tells whether it finds lungs, and is measured by overlap with masks.
func (n *Network) Segments() bool { return n.name == ensembles.Segmenter }

// Like tells whether two networks are of one kind and measured in the same way.
func (n *Network) Like(m *Network) bool {
	return n.Segments() == m.Segments() && n.teaches() == m.teaches()
}

// teaches tells whether others learn from it.
func (n *Network) teaches() bool {
	_, teacher := ensembles.Teacher(n.name)
	return teacher > 0
}

// Name says what is particular to it.
func (n *Network) Name() app.Message {
	fold, teacher := ensembles.Teacher(n.name)
	fold = app.Printable(fold)
	switch {
	case n.name == "":
		return app.Say("Network {{.Number}}", "Number", n.Number)
	case n.Segments():
		return app.Say("Segmenter of the lungs")
	case fold == ensembles.Whole && teacher > 0:
		return app.Say("Teacher {{.Teacher}}, trained on all pictures", "Teacher", teacher)
	case fold == ensembles.Whole:
		return app.Say("Trained on all pictures")
	case teacher > 0:
		return app.Say("Teacher {{.Teacher}}, fold {{.Fold}} held out", "Teacher", teacher, "Fold", fold)
	}
	return app.Say("Fold {{.Fold}} held out", "Fold", fold)
}

// Measure is the name of what is measured.
func (n *Network) Measure() app.Message {
	if n.Segments() {
		return app.Say("overlap (Dice)")
	}
	return app.Say("AUC")
}

// MeasuredOn says on which pictures, and what the figures are worth.
func (n *Network) MeasuredOn() app.Message {
	fold, _ := ensembles.Teacher(n.name)
	switch {
	case n.Segments():
		return app.Say("Overlap (Dice) with drawn masks, on at most about 60 films of patients that the segmenter is not trained on, by set.")
	case fold == ensembles.Whole:
		return app.Say("Nothing is measured while this network is trained: it sees all pictures. What it is worth is measured on those of the folds, which are trained in the same way.")
	}
	return app.Say("AUC on held-out fold {{.Fold}}, by set: at most about 400 pictures, of patients that this network is not trained on. No intervals: this is to follow the training by, the figures come at the end.", "Fold", app.Printable(fold))
}

// follow takes in where it stands.
func (n *Network) follow(p ensembles.Progress) {
	n.name, n.mixed, n.Steps, n.State = p.Network, p.Mixed, p.Steps, Running
	n.Step = max(n.Step, min(p.Step, p.Steps))
	if p.Resumed {
		n.Resumed = p.Step
		for _, q := range p.Before {
			n.losses.add(q.Step, float64(q.Loss), float64(q.Loss))
			n.measured(q)
		}
	} else {
		n.losses.add(p.Step, p.Last, p.Loss)
		n.Loss, n.perSecond, n.left = p.Loss, p.PerSecond, p.Left
		if p.Point != nil {
			n.measured(*p.Point)
		}
	}
	if n.Step >= n.Steps {
		n.State = Whole
	}
}

func (n *Network) measured(p fit.Point) {
	q := Quality{Step: p.Step, Value: float64(p.Value)}
	for _, name := range slices.Sorted(maps.Keys(p.Parts)) {
		q.Parts = append(q.Parts, Part{app.Printable(name), float64(p.Parts[name])})
	}
	n.qualities = append(n.qualities, q)
}

// LeftInAll estimates the time until all networks are trained, each like the one
// of p. Where those after it are others, nothing follows for them, and ok is false.
func LeftInAll(p ensembles.Progress) (left time.Duration, ok bool) {
	if p.PerSecond <= 0 || p.Mixed {
		return 0, false
	}
	return p.Left + seconds(float64((p.Of-p.Number)*p.Steps)/p.PerSecond), true
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
