package ultrasound

import (
	"context"
	"errors"
	"slices"

	"lightbox/model/breast"
	"lightbox/model/kernel"
	"lightbox/model/train/ensembles"
)

// lookLeast is how many pictures of a set it takes for their look to be learned.
const lookLeast = 50

// LearnLook learns what the pictures look like that networks are trained on, in the
// folds of those networks; nil where they are too few, or too much alike to say.
func LearnLook(ctx context.Context, pictures []Picture, folds int) (*breast.Look, error) {
	var names []string
	of := map[string][]*Picture{}
	for i := range pictures {
		p := &pictures[i]
		if p.Held || p.Class == Unknown {
			continue
		}
		if !slices.Contains(names, p.Set) {
			names = append(names, p.Set)
		}
		of[p.Set] = append(of[p.Set], p)
	}
	var sets [][][]float64
	var foldsOf [][]int
	for _, name := range names {
		list := of[name]
		if len(list) < lookLeast {
			continue
		}
		described, fold := make([][]float64, len(list)), make([]int, len(list))
		kernel.Parallel(len(list), func(from, to int) {
			for i := from; i < to && ctx.Err() == nil; i++ {
				described[i] = breast.Describe(list[i].Pixels.Square(Side))
				fold[i] = ensembles.Fold(list[i].Group, folds)
			}
		})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sets, foldsOf = append(sets, described), append(foldsOf, fold)
	}
	look, err := breast.NewLook(sets, foldsOf)
	if errors.Is(err, breast.ErrFewPictures) || errors.Is(err, breast.ErrBadLook) {
		return nil, nil
	}
	return look, err
}
