package training

import (
	"context"
	"fmt"

	"lightbox/model"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/miniature"
	"lightbox/model/train/radiograph"
)

// Recipes are the names of recipes for the source document's network.
func Recipes() []string { return miniature.RecipeNames() }

// CheckRecipe refuses what is neither the name of a recipe for the source document's
// network nor a file with one.
func CheckRecipe(name string) error {
	_, err := miniature.Recipe(name)
	return err
}

// trainSource trains the source document's network: one for each fold, to measure
// with, and the one that is kept.
func trainSource(ctx context.Context, o Options) (*outcome, error) {
	recipe, err := miniature.Recipe(o.Recipe)
	if err != nil {
		return nil, err
	}
	c, err := collect(ctx, o, want{class: chestClass, side: miniature.Side, reduce: miniature.Reduce, archives: true}, o.problem)
	if err != nil {
		return nil, err
	}
	for i := range c.pictures {
		c.pictures[i].Set = miniature.SetOf(c.pictures[i].Set)
	}
	list := chestFilms(c)
	recipe, ours := miniature.For(list, o.with(recipe))
	if err := recipe.Validate(); err != nil {
		return nil, err
	}
	if len(recipe.Sets(radiograph.Cases(list))) == 0 {
		return nil, fmt.Errorf("%w: no set has both pictures with pneumonia or opacity and normal ones", ensembles.ErrNoCases)
	}
	j := job{Options: o, collection: c, cases: radiograph.Cases(list), recipe: recipe, data: c.sha256}
	members, err := j.members(ctx, miniature.Training(list, recipe))
	if err != nil {
		return nil, err
	}
	finding := model.FindingOpacity
	if ours {
		finding = model.FindingPneumonia
	}
	meta := j.meta(model.Meta{Finding: finding, Population: model.PopulationKermany}, ours)
	made, err := miniature.Assembly{
		Films: list, Members: members, Recipe: recipe, Seed: o.Seed, Meta: meta,
		Patients: miniature.Patients(ours, meta.Population),
	}.Assemble(ctx)
	if err != nil {
		return nil, err
	}
	record, err := j.record(made, members, func(int) bool { return false })
	if err != nil {
		return nil, err
	}
	return &outcome{made, record, miniature.Texts()}, nil
}
