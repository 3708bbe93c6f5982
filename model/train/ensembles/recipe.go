package ensembles

import (
	"errors"
	"fmt"
	"slices"
)

// Recipe is how networks are trained. What is left zero in the second half is not
// done.
type Recipe struct {
	Name  string  `json:"name"`
	Steps int     `json:"steps"`
	Rate  float64 `json:"learning_rate"` // the largest of the cycle
	Warm  float64 `json:"warm_part"`     // part of the steps until it is reached
	Decay float64 `json:"weight_decay"`
	Keep  float64 `json:"average_keep"` // of the moving average of the weights, a step
	// Folds is into how many parts patients are dealt; there is a network for each,
	// which does not see it.
	Folds  int       `json:"folds"`
	Strata []Stratum `json:"strata"`

	// One tells that the networks of the folds only measure: the model is one more
	// network, which is trained in the same way on all cases.
	One bool `json:"one_network,omitempty"`
	// Epochs has batches of Batch cases be drawn in epochs, each case once in each and
	// a last part of a batch left out, instead of by strata; with Steps 0 there are so
	// many epochs.
	Epochs int `json:"epochs,omitempty"`
	Batch  int `json:"batch,omitempty"`
	// Constant keeps the learning rate as it is; Epsilon is Adam's, 0 for 1e-8.
	Constant bool    `json:"constant_rate,omitempty"`
	Epsilon  float64 `json:"adam_epsilon,omitempty"`

	// Begun is the SHA-256 of the model that networks begin with, which learned to read
	// other pictures; without it they begin with random weights.
	Begun string `json:"begun_with,omitempty"`

	Changes  *Changes  `json:"changes,omitempty"`
	Teaching *Teaching `json:"teaching,omitempty"`
}

// Teaching has a network learn from the mean logit of others, larger ones, which are
// trained on the same cases, on the very picture that it sees itself.
// Source: Beyer et al., CVPR 2022.
type Teaching struct {
	Teachers int     `json:"teachers"`
	Steps    int     `json:"steps"` // of each
	Rate     float64 `json:"learning_rate"`
	Decay    float64 `json:"weight_decay"`
	Soft     float64 `json:"soft_part"` // of the teachers in the target; the rest is the label
}

// ErrBadRecipe marks a recipe that cannot be carried out.
var ErrBadRecipe = errors.New("unusable recipe")

// Validate refuses what cannot be carried out; the error wraps [ErrBadRecipe].
func (r Recipe) Validate() error {
	var wrong string
	switch {
	case r.Steps < 0 || r.Epochs < 0 || r.Steps+r.Epochs == 0 || r.Steps > mostSteps || r.Epochs > mostSteps:
		wrong = fmt.Sprintf("%d steps, %d epochs", r.Steps, r.Epochs)
	case r.Batch < 0 || r.Epochs > 0 && r.Batch == 0 || r.Batch > 4096:
		wrong = fmt.Sprintf("batches of %d", r.Batch)
	case r.Folds < 2 || r.Folds > 100:
		wrong = fmt.Sprintf("%d folds", r.Folds)
	case !parts(r.Rate, r.Warm, r.Decay, r.Keep, r.Epsilon) || r.Rate == 0 || r.Keep == 1:
		wrong = "rate, decay, average, epsilon and the part until the rate is reached lie between 0 and 1"
	case r.Changes != nil && !r.Changes.valid():
		wrong = fmt.Sprintf("changes %+v", *r.Changes)
	case r.Teaching != nil && !r.Teaching.valid():
		wrong = fmt.Sprintf("teaching %+v", *r.Teaching)
	default:
		return nil
	}
	return fmt.Errorf("%w %q: %s", ErrBadRecipe, r.Name, wrong)
}

// mostSteps bounds what a network is trained for.
const mostSteps = 1_000_000

// parts tells whether all values lie from 0 to 1.
func parts(values ...float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return !(v >= 0 && v <= 1) })
}

func (t *Teaching) valid() bool {
	const mostTeachers = 20
	return parts(t.Rate, t.Decay, t.Soft) && t.Rate > 0 && t.Steps > 0 && t.Steps <= mostSteps && t.Teachers >= 0 && t.Teachers <= mostTeachers
}

// teachers is how many each network has.
func (r Recipe) teachers() int {
	if r.Teaching == nil {
		return 0
	}
	return r.Teaching.Teachers
}

// teacher is the recipe of a teacher.
func (r Recipe) teacher() Recipe {
	r.Steps, r.Rate, r.Decay = r.Teaching.Steps, r.Teaching.Rate, r.Teaching.Decay
	r.Teaching = nil
	return r
}

// steps is how many batches of a network of so many cases there are.
func (r Recipe) steps(cases int) int {
	if r.Steps > 0 {
		return r.Steps
	}
	return r.Epochs * (cases / r.Batch)
}

// Sets are those whose labels train the networks.
func (r Recipe) Sets(cases []Case) (sets []string) {
	add := func(set string) {
		if !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	for _, s := range r.Strata {
		add(s.Set)
	}
	if r.Epochs > 0 {
		for _, c := range cases {
			if c.learned() {
				add(c.Set)
			}
		}
	}
	return sets
}
