package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"lightbox/app"
	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/chest"
	"lightbox/model/lungs"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
)

// trainChest trains the segmenter, or takes one, and the ensemble for chest
// radiographs.
func trainChest(ctx context.Context, o Options) (*outcome, error) {
	c, err := collect(ctx, o, stretched(chestClass, true), o.problem)
	if err != nil {
		return nil, err
	}
	list := chestFilms(c)
	recipe := radiograph.RecipeFor(list)
	ours := radiograph.Ours(recipe)
	with, err := o.beginWith()
	if err != nil {
		return nil, err
	}
	if with != nil {
		recipe = radiograph.Further(recipe)
	}
	if len(recipe.Strata) == 0 {
		return nil, fmt.Errorf("%w: no set has both films with opacity or pneumonia and normal ones", ensembles.ErrNoCases)
	}
	j := job{Options: o, collection: c, cases: radiograph.Cases(list), recipe: o.with(recipe)}
	run := ensembles.Training{Kind: radiograph.Kind(list)}
	if with != nil {
		j.recipe.Begun = with.SHA256()
		if run.Start, err = ensembles.Continue(with, chest.Net(), j.recipe.Folds); err != nil {
			return nil, err
		}
	}
	eyes, err := segmenter(ctx, o, list, c.sha256, j.recipe.Folds)
	if err != nil {
		return nil, err
	}
	o.tell(Event{Phase: Finding})
	if err := radiograph.FindLungs(ctx, list, eyes.weights); err != nil {
		return nil, err
	}
	j.before, j.data = eyes.trained, hashLungs(c.sha256, list)
	members, err := j.members(ctx, run)
	if err != nil {
		return nil, err
	}
	shape, err := radiograph.LearnShape(ctx, list, eyes.weights)
	if err != nil {
		return nil, err
	}
	if shape == nil { // too few films; a segmenter that was taken over may know
		shape = eyes.shape
	}
	made, err := radiograph.Assembly{
		Films: list, Lungs: eyes.weights, Members: members, Folds: j.recipe.Folds, Seed: o.Seed,
		Patients: radiograph.PatientsFor(list, j.population()), Shape: shape,
		Meta: j.meta(model.Meta{Finding: model.FindingOpacity, Population: model.PopulationChest}, ours),
	}.Assemble(ctx)
	if err != nil {
		return nil, err
	}
	record, err := j.record(made, members, func(i int) bool { return list[i].Drawn != nil })
	if err != nil {
		return nil, err
	}
	record.Segmenter, record.Curves = &eyes.record, append(eyes.curves, record.Curves...)
	return &outcome{made, record, radiograph.Texts()}, nil
}

// chestClass tells the classes of chest films apart.
func chestClass(name string) int { return int(radiograph.ClassOf(name)) }

// chestFilms are the pictures as chest films.
func chestFilms(c *collection) []radiograph.Film {
	list := make([]radiograph.Film, len(c.pictures))
	for i, p := range c.pictures {
		list[i] = radiograph.Film{
			Set: p.Set, Name: p.Name, Group: p.Group, View: p.View, Class: radiograph.ClassOf(p.Class), Held: p.Held,
			Picture: p.Reduced, Drawn: p.Mask,
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
	if o.Lungs == "" {
		o.Lungs = o.readySegmenter(list)
	}
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
