//go:build matprofile

package vision

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"gocv.io/x/gocv"
)

// TestMain fails when a Mat made during the tests is still open, and prints
// where it was made.
func TestMain(m *testing.M) {
	code := m.Run()
	if n := gocv.MatProfile.Count(); n != 0 {
		var b bytes.Buffer
		_ = gocv.MatProfile.WriteTo(&b, 1) // a bytes.Buffer does not fail
		fmt.Fprintf(os.Stderr, "%d Mats were not closed:\n%s\n", n, b.String())
		code = 1
	}
	os.Exit(code)
}
