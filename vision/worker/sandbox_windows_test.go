package worker

import (
	"context"
	"testing"
	"time"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// What a worker may not do fails; afterwards the pool works.
func TestConfined(t *testing.T) {
	p := newPool(t, Options{Workers: 1, Timeout: 5 * time.Second})
	held, err := p.Isolation(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(held)
	if !held.Job {
		t.Error("no job object")
	}
	works(t, p)
	if underWine() {
		t.Skip("Wine restricts nothing")
	}
	if !held.LowIntegrity {
		t.Fatal("the worker has kept its integrity level")
	}
	for _, what := range []string{"create beside", "start itself", "registry", "open parent", "code"} {
		_, err := p.Decode(context.Background(), codec.Job{Format: codec.Format("test:" + what)})
		if fault.KindOf(err) != fault.Corrupt {
			t.Errorf("%s: %v", what, err)
		}
	}
	works(t, p)
}
