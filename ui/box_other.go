//go:build !windows && !linux

package ui

// tellWithoutWindow has nothing to add: the sentence goes to standard error.
func tellWithoutWindow(string) {}
