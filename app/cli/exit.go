package cli

import (
	"errors"
	"fmt"
)

// Exit statuses of the command line.
const (
	exitDone   = 0
	exitFailed = 1 // some inputs failed
	exitUsage  = 2 // the command itself makes no sense
)

// usageError is a command that makes no sense.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// usagef words a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errInputsFailed ends a command whose failures have been reported one by one.
var errInputsFailed = errors.New("some inputs failed")

// exitStatus is the status that err ends the program with.
func exitStatus(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	}
	return exitFailed
}
