// Package study turns files into what a radiologist looks for: studies, their
// series, and in each series the stacks of images that are scrolled through.
//
// Index finds the files and reads their headers, many at a time; a Catalog
// takes its Items and groups them. Neither reads pixel data, and neither draws
// nor words anything for the reader: what is odd about a stack (slices missing,
// repeated, unevenly spaced, at mixed angles) is a *fault.Error in its Notes.
package study

import "time"

// Limits and how much work is done at a time.
const (
	ahead           = 512 // files that are read ahead of the one that is next to be delivered
	firstBatch      = 32  // items of the first batch; each later one is an eighth of what came before, so
	batchShare      = 8   // that regrouping after every batch costs in proportion to the files
	batchWait       = 500 * time.Millisecond
	progressEvery   = 50 * time.Millisecond
	maxUnseenFrames = 10_000 // frames of an object that are listed though its file cannot hold them
	maxOrientations = 256    // orientations that a series is split by; beyond, images stay together
)

// Tolerances of geometry.
const (
	sameDirection = 0.01 // of a direction cosine, about half a degree
	samePlace     = 0.01 // mm
	gapFactor     = 1.5  // of the median spacing: from here on a slice may be missing
	unevenShare   = 0.05 // of the median spacing, and
	unevenMM      = 0.05 // mm: spacings that differ less are rounding
	shearDegrees  = 0.5  // between the stack's axis and the slices' normal
)
