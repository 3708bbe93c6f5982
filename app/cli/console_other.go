//go:build !windows

package cli

// attachConsole has nothing to do where a program always has the streams of who
// called it.
func attachConsole() {}
