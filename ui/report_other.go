//go:build !unix

package ui

// reportAgain does nothing where there is no signal for it.
func reportAgain(func()) {}
