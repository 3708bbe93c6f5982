//go:build !race

package worker

// shadow: see race_on.go.
const shadow = 1
