package app

import (
	"fmt"
	"strings"
	"testing"

	"lightbox/vision"
)

// Each parameter of each filter that is refused has a sentence with its limits.
func TestImpossibleFiltersAreExplained(t *testing.T) {
	for _, k := range vision.ViewKinds {
		for _, p := range k.Parameters() {
			got := Explain(fmt.Errorf("filtering: %w", &vision.FilterError{Kind: k, Name: p.Name, Value: "4.5"})).String()
			limits := fmt.Sprintf(" from %g to %g; 4.5 is not.", p.Min, p.Max)
			if !strings.HasSuffix(got, limits) || strings.HasPrefix(got, " ") || strings.Contains(got, "no value") || strings.Contains(got, "odd") != p.Odd {
				t.Errorf("%s, %s: %q", k, p.Name, got)
			}
		}
	}
}
