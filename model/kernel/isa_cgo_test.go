//go:build cgo

package kernel

import "testing"

// eachISA runs f with every instruction set that the processor has.
func eachISA(t *testing.T, f func(*testing.T)) {
	t.Helper()
	defer useISA(isaAVX512)
	for isa, name := range []string{"base", "AVX2", "AVX-512"} {
		if useISA(isa) == isa {
			t.Run(name, f)
		}
	}
}
