package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/lungs"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

// trainChest trains the segmenter, or takes one, and the ensemble for chest
// radiographs.
func trainChest(ctx context.Context, o Options) (*outcome, error) {
	c, err := collect(ctx, o, func(class string) int { return int(radiograph.ClassOf(class)) }, func(err error) { o.tell(Event{Phase: Reading, Problem: err}) })
	if err != nil {
		return nil, err
	}
	list := chestFilms(c)
	recipe := radiograph.RecipeFor(list)
	byDefault := recipe.Name == radiograph.DefaultChest().Name
	override(&recipe.Steps, o.Steps)
	override(&recipe.Folds, o.Folds)
	cases := radiograph.Cases(list)
	if len(recipe.Strata) == 0 {
		return nil, fmt.Errorf("%w: no set has both films with opacity or pneumonia and normal ones", ensembles.ErrNoCases)
	}
	eyes, err := segmenter(ctx, o, list, c.sha256, recipe.Folds)
	if err != nil {
		return nil, err
	}
	if err := radiograph.FindLungs(ctx, list, eyes.weights); err != nil {
		return nil, err
	}
	members, err := ensembles.Training{
		Cases: cases, Kind: radiograph.Kind(list), Recipe: recipe, Seed: o.Seed,
		Folder: filepath.Join(o.Out, checkpoints), Every: o.Every, Patience: o.Patience, Data: hashLungs(c.sha256, list),
		Before: eyes.trained, Progress: o.progress(),
	}.Members(ctx)
	if err != nil {
		return nil, err
	}
	o.tell(Event{Phase: Assembling})
	meta := o.meta(model.Meta{Finding: model.FindingOpacity, Population: model.PopulationChest, Recipe: recipe.Name})
	population := population(c, recipe)
	if !byDefault {
		meta.Population = population
		meta.Ages = c.ages(func(i int) bool { return !cases[i].Held && cases[i].Label != ensembles.Unknown })
	}
	meta.Datasets = []model.DatasetRef{{Name: setNames(c, recipe), Split: "train", SHA256: c.sha256, N: len(cases)}}
	shape, err := radiograph.LearnShape(ctx, list, eyes.weights)
	if err != nil {
		return nil, err
	}
	if shape == nil { // too few films; a segmenter that was taken over may know
		shape = eyes.shape
	}
	made, err := radiograph.Assembly{
		Films: list, Lungs: eyes.weights, Members: members, Folds: recipe.Folds, Seed: o.Seed,
		Patients: radiograph.PatientsFor(list, population), Shape: shape, Meta: meta,
	}.Assemble(ctx)
	if err != nil {
		return nil, err
	}
	record, err := ensembles.NewRecord(made, recipe)
	if err != nil {
		return nil, err
	}
	record.Sets = ensembles.CountSets(cases, func(i int) bool { return list[i].Drawn != nil }, recipe.Strata)
	record.LeftAside, record.DataSHA256, record.Segmenter = c.leftAside, c.sha256, &eyes.record
	record.Curves = eyes.curves
	for _, m := range members {
		record.Curves = append(record.Curves, m.Curve)
	}
	return &outcome{made, record, radiograph.Texts()}, nil
}

func override(value *int, by int) {
	if by > 0 {
		*value = by
	}
}

// chestFilms are the pictures as chest films.
func chestFilms(c *collection) []radiograph.Film {
	list := make([]radiograph.Film, len(c.pictures))
	for i, p := range c.pictures {
		list[i] = radiograph.Film{
			Set: p.Set, Name: p.Name, Group: p.Group, View: p.View, Class: radiograph.ClassOf(p.Class), Held: p.Held,
			Picture: p.Pixels, Drawn: p.Mask,
		}
	}
	return list
}

// found is a segmenter with where it came from.
type found struct {
	weights arch.Weights
	shape   *lungs.Shape // that was learned for it before
	record  ensembles.SegmenterRecord
	curves  []ensembles.Curve
	trained int // networks
}

// segmenter trains the network that finds lungs, or takes one over.
func segmenter(ctx context.Context, o Options, list []radiograph.Film, data string, folds int) (f found, err error) {
	if o.Lungs != "" {
		m, err := app.LoadModel(o.Lungs)
		if err != nil {
			return f, err
		}
		for _, p := range m.Parts() {
			if p.Name == "lungs" {
				from := fmt.Sprintf("%s %s (weights %.12s…)", m.Meta.Name, m.Meta.Version, m.SHA256())
				return found{weights: p.Weights, shape: m.Meta.Shape, record: ensembles.SegmenterRecord{From: from}}, nil
			}
		}
		return f, fmt.Errorf("%w: %s has no segmenter of the lungs", model.ErrBadWeights, o.Lungs)
	}
	recipe := radiograph.DefaultLungs()
	override(&recipe.Steps, o.Steps)
	s, err := radiograph.LungsTraining{
		Films: list, Recipe: recipe, Seed: o.Seed, Folder: filepath.Join(o.Out, checkpoints), Every: o.Every, Data: data,
		Of: folds + 1, Progress: o.progress(),
	}.Run(ctx)
	if err != nil {
		return f, err
	}
	return found{
		weights: s.Weights, trained: 1, curves: []ensembles.Curve{s.Curve},
		record: ensembles.SegmenterRecord{Steps: recipe.Steps, Batch: recipe.Batch, Dice: s.Dice},
	}, nil
}

// hashLungs adds the masks that classifiers look through to what identifies the
// data.
func hashLungs(data string, list []radiograph.Film) string {
	h := sha256.New()
	h.Write([]byte(data))
	for i := range list {
		h.Write(list[i].Lungs)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// progress tells of the steps of networks.
func (o Options) progress() func(ensembles.Progress) {
	return func(p ensembles.Progress) { o.tell(Event{Phase: Training, Progress: &p}) }
}

// meta fills in what every ensemble says of itself.
func (o Options) meta(m model.Meta) model.Meta {
	m.Name, m.Version = o.Name, o.Version
	if m.Name == "" {
		m.Name = o.Model
	}
	if m.Version == "" {
		m.Version = fmt.Sprintf("%s-%d", strings.ReplaceAll(strings.ReplaceAll(m.Recipe, ", ", "-"), " ", "-"), o.Seed)
	}
	m.Seed = o.Seed
	if !o.Date.IsZero() {
		m.Date = o.Date.Format(time.DateOnly)
	}
	return m
}

// population says in words whom a model of a user's own data was trained on.
func population(c *collection, r ensembles.Recipe) string {
	return "patients of the folder " + setNames(c, r)
}

// setNames are the sets that the networks were trained on.
func setNames(c *collection, r ensembles.Recipe) string {
	var names []string
	seen := map[string]bool{}
	for _, s := range r.Strata {
		if !seen[s.Set] {
			names = append(names, s.Set)
		}
		seen[s.Set] = true
	}
	return app.Printable(strings.Join(names, ", "))
}
