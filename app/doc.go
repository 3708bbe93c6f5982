// Package app is what the workstation does, without drawing it.
//
// Analyze takes a path through vision and model; the window and the command
// line both call it and its parts, so that they cannot differ. Session owns
// what is open in a window: widgets send it intentions, it changes its State
// and publishes an Event. Explain turns any error into a sentence for a
// radiologist.
package app

// Version and Commit are stamped by the Makefile.
var (
	Version = "0.1.0"
	Commit  = ""
)

// Disclaimer stands on every view and every export.
const Disclaimer = "Research and demonstration — not for primary diagnosis"
