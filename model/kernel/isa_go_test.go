//go:build !cgo

package kernel

import "testing"

func eachISA(t *testing.T, f func(*testing.T)) { t.Run("plain Go", f) }
