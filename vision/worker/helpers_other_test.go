//go:build !linux && !windows

package worker

import (
	"fmt"
	"os"
	"testing"
)

func killSelf(string) { os.Exit(2) }

func crash() { os.Exit(2) }

func attemptHere(name string) error { return fmt.Errorf("unknown test %q", name) }

func children(t testing.TB) []string {
	t.Helper()
	t.Skip("counting child processes needs /proc")
	return nil
}

// underWine: see the file for Windows.
func underWine() bool { return false }
