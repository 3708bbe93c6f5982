//go:build race

package worker

// shadow is how many times its memory a program takes when it is built with
// the race detector, which is for tests only: its shadow counts as memory.
const shadow = 10
