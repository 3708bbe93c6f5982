package training

import (
	"sync"
	"testing"
	"time"
)

// Events of several goroutines arrive whole, each goroutine's in their order, on
// the goroutine that shows, and in fewer bundles than there are events.
func TestRelay(t *testing.T) {
	const tellers, each = 4, 500
	queue := make(chan func(), tellers*each)
	var got []Event
	bundles := 0
	r := NewRelay(func(f func()) { queue <- f }, func(list []Event) {
		got = append(got, list...)
		bundles++
	})
	r.after = func(_ time.Duration, f func()) { time.AfterFunc(time.Millisecond, f) }
	var all sync.WaitGroup
	for k := range tellers {
		all.Go(func() {
			for i := range each {
				r.Tell(Event{Done: i, Of: k + 1})
			}
		})
	}
	told := make(chan struct{})
	go func() {
		all.Wait()
		close(told)
	}()
	for done := false; !done; {
		select {
		case f := <-queue:
			f()
		case <-told:
			done = true
		}
	}
	r.Flush() // what came last waits for no timer
	next := map[int]int{}
	for _, e := range got {
		if e.Done != next[e.Of] {
			t.Fatalf("event %d of teller %d came in the place of %d", e.Done, e.Of, next[e.Of])
		}
		next[e.Of]++
	}
	if len(got) != tellers*each || bundles >= len(got)/2 {
		t.Errorf("%d events in %d bundles", len(got), bundles)
	}
	r.Flush()
	if len(got) != tellers*each {
		t.Error("a flush without events shows something")
	}
}
