package app

import (
	"context"
	"sync"
	"testing"

	"lightbox/vision"
)

// Networks that are first used at the same time build their graphs beside each
// other; Gorgonia counts what it builds in a global without a lock. Under the
// race detector this test failed before model.Building.
func TestNetworksBuiltTogether(t *testing.T) {
	scan, err := vision.Open(context.Background(), write(t, "a.dcm", radiograph()), nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	logits := make([]float64, 32)
	for i := range logits {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r, err := NewNetwork("").Read(context.Background(), scan)
			if err != nil || r.Status != Result {
				t.Errorf("%v, %v", r.Status, err)
			}
			logits[i] = r.Logit
		}()
	}
	wg.Wait()
	for _, z := range logits {
		if z != logits[0] {
			t.Fatalf("one scan, several logits: %v", logits)
		}
	}
}
