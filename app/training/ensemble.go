package training

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/train/ensembles"
)

// job is the training of one model, whatever it looks at.
type job struct {
	Options
	*collection
	cases  []ensembles.Case
	recipe ensembles.Recipe
	before int    // networks that were trained before
	data   string // identifies what the networks see
}

// with is a recipe with what the user asked for. Steps are those of every network,
// teachers too.
func (o Options) with(r ensembles.Recipe) ensembles.Recipe {
	override(&r.Steps, o.Steps)
	override(&r.Folds, o.Folds)
	if r.Teaching != nil {
		t := *r.Teaching
		override(&t.Steps, o.Steps)
		r.Teaching = &t
	}
	return r
}

func override(value *int, by int) {
	if by > 0 {
		*value = by
	}
}

// problem tells of a scan that is left aside.
func (o Options) problem(err error) { o.tell(Event{Phase: Reading, Problem: err}) }

// progress tells of the steps of networks.
func (o Options) progress() func(ensembles.Progress) {
	return func(p ensembles.Progress) { o.tell(Event{Phase: Training, Progress: &p}) }
}

// members trains the networks, of whose kind t knows.
func (j job) members(ctx context.Context, t ensembles.Training) ([]ensembles.Member, error) {
	j.tell(Event{Phase: Training, Sets: ensembles.CountSets(j.cases, func(int) bool { return false }, j.recipe)})
	t.Cases, t.Recipe, t.Seed, t.Data = j.cases, j.recipe, j.Seed, j.data
	t.Folder, t.Every, t.Patience = filepath.Join(j.Out, checkpoints), j.Every, j.Patience
	t.Before, t.Progress = j.before, j.progress()
	members, err := t.Members(ctx)
	if err == nil {
		j.tell(Event{Phase: Assembling})
	}
	return members, err
}

// meta is what the model says of itself: m, which holds for the data of the
// default recipe, with what the options ask for; population and ages are those of
// other data.
func (j job) meta(m model.Meta, byDefault bool) model.Meta {
	m.Name, m.Version, m.Recipe, m.Seed = j.Name, j.Version, j.recipe.Name, j.Seed
	if m.Name == "" {
		m.Name = j.Model
	}
	if m.Version == "" {
		m.Version = fmt.Sprintf("%s-%d", strings.NewReplacer(", ", "-", " ", "-").Replace(m.Recipe), j.Seed)
	}
	if !j.Date.IsZero() {
		m.Date = j.Date.Format(time.DateOnly)
	}
	if !byDefault {
		m.Population = j.population()
		m.Ages = j.ages(func(i int) bool { return !j.cases[i].Held && j.cases[i].Label != ensembles.Unknown })
	}
	m.Datasets = []model.DatasetRef{{Name: j.setNames(), Split: "train", SHA256: j.sha256, N: len(j.cases)}}
	return m
}

// record is what metrics.json says; masks tells which cases have one.
func (j job) record(made *ensembles.Assembled, members []ensembles.Member, masks func(i int) bool) (*ensembles.Record, error) {
	r, err := ensembles.NewRecord(made, j.recipe)
	if err != nil {
		return nil, err
	}
	r.Sets = ensembles.CountSets(j.cases, masks, j.recipe)
	r.LeftAside, r.DataSHA256 = j.leftAside, j.sha256
	for _, m := range members {
		r.Curves = append(append(r.Curves, m.Teachers...), m.Curve)
	}
	return r, nil
}

// population says in words whom a model of a user's own data was trained on.
func (j job) population() string { return app.OwnPatients + j.setNames() }

// setNames are the sets that the networks were trained on.
func (j job) setNames() string {
	return app.Printable(strings.Join(j.recipe.Sets(j.cases), ", "))
}
