package training

import (
	"context"
	"fmt"

	"lightbox/model"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/ultrasound"
)

// trainBreast trains the ensemble for ultrasound of the breast.
func trainBreast(ctx context.Context, o Options) (*outcome, error) {
	c, err := collect(ctx, o, stretched(func(class string) int { return int(ultrasound.ClassOf(class)) }, false), o.problem)
	if err != nil {
		return nil, err
	}
	pictures := make([]ultrasound.Picture, len(c.pictures))
	for i, p := range c.pictures {
		pictures[i] = ultrasound.Picture{
			Set: p.Set, Name: p.Name, Group: p.Group, View: p.View, Class: ultrasound.ClassOf(p.Class), Held: p.Held, Pixels: p.Reduced,
		}
	}
	with, err := o.beginWith()
	if err != nil {
		return nil, err
	}
	recipe := ultrasound.RecipeFor(pictures)
	byDefault := recipe.Name == ultrasound.RecipeName
	if with != nil {
		recipe = ultrasound.Further(recipe, with)
		recipe.Begun = with.SHA256()
	}
	recipe = o.with(recipe)
	if len(recipe.Strata) == 0 {
		return nil, fmt.Errorf("%w: no set has both malignant pictures and benign or normal ones", ensembles.ErrNoCases)
	}
	run := ultrasound.Training(pictures, recipe)
	if with != nil {
		if run.Start, err = ultrasound.Begin(with, recipe.Folds); err != nil {
			return nil, err
		}
	}
	j := job{Options: o, collection: c, cases: run.Cases, recipe: recipe, data: c.sha256}
	members, err := j.members(ctx, run)
	if err != nil {
		return nil, err
	}
	look, err := ultrasound.LearnLook(ctx, pictures, j.recipe.Folds)
	if err != nil {
		return nil, err
	}
	meta := j.meta(model.Meta{Finding: model.FindingMalignant, Population: model.PopulationBreast}, byDefault)
	made, err := ultrasound.Assembly{
		Pictures: pictures, Members: members, Folds: j.recipe.Folds, Patients: ultrasound.PatientsFor(pictures, meta.Population), Seed: o.Seed, Look: look, Meta: meta,
	}.Assemble(ctx)
	if err != nil {
		return nil, err
	}
	record, err := j.record(made, members, func(int) bool { return false })
	if err != nil {
		return nil, err
	}
	return &outcome{made, record, ultrasound.Texts()}, nil
}
