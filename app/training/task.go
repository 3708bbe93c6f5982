package training

import "context"

// Task is a training that somebody watches, of whichever model.
type Task struct {
	Model  string
	Folder string // for the results
	// Resume is the command that goes on with it after an interruption.
	Resume string
	// Patience, if set, may end networks before their last step.
	Patience int
	// Do trains. It tells where it stands, from several goroutines by turns, and
	// ends with an error that wraps ctx's when it is cancelled.
	Do func(ctx context.Context, tell func(Event)) (*Summary, error)
}
