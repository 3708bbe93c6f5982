package train

import (
	"fmt"
	"math/rand/v2"

	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/kernel"
)

// load prepares every picture once, on all cores. Augmentation works on pixels
// in 0..1 and standardises afterwards, so those are kept unstandardised.
func (r *run) load(data *dataset.Dataset) error {
	p := r.recipe.Preprocessing()
	if r.recipe.Augment {
		p.Standardise = model.StandardiseNone
	}
	r.inputs, r.targets = make([][]float32, data.Len()), make([]float32, data.Len())
	bad := make([]error, data.Len())
	kernel.Parallel(data.Len(), func(from, to int) {
		for i := from; i < to; i++ {
			r.inputs[i], bad[i] = model.Prepare(data.Images[i], p)
		}
	})
	for i, err := range bad {
		if err != nil {
			return fmt.Errorf("%s: %w", data.Names[i], err)
		}
		s := r.recipe.Smoothing
		r.targets[i] = float32(s + (1-2*s)*float64(data.Labels[i]))
	}
	return nil
}

// fill makes one batch of the pictures at positions, on all cores. What is
// random about a picture depends on seed, epoch and the picture alone.
func (r *run) fill(epoch int, positions []int) {
	kernel.Parallel(len(positions), func(from, to int) {
		for i := from; i < to; i++ {
			at := positions[i]
			dst := r.trainer.Input[i*pixels : (i+1)*pixels]
			if r.recipe.Augment {
				augment(dst, r.inputs[at], pictureRand(r.seed, epoch, at))
			} else {
				copy(dst, r.inputs[at])
			}
			r.trainer.Target[i] = r.targets[at]
		}
	})
}

// pictureRand gives the random numbers of one picture in one epoch.
func pictureRand(seed uint64, epoch, picture int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed+streamAugment<<32), mix(uint64(epoch)<<32+uint64(picture))))
}

// mix spreads neighbouring numbers over all 64 bits.
// Source: Steele, Lea and Flood, OOPSLA 2014 (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
