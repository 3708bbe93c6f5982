package training

import (
	"sync"
	"time"
)

// bundling is how long events are gathered before they are shown: a network takes
// more steps in a second than an eye can follow, and showing takes time from it.
const bundling = 400 * time.Millisecond

// Relay carries the events of a training from its goroutines to the one that
// shows them, in their order and in bundles. None is lost.
type Relay struct {
	post  func(func()) // runs a function on the goroutine that shows
	show  func([]Event)
	after func(time.Duration, func())

	mu      sync.Mutex
	waiting []Event
	due     bool // a bundle is on its way
}

// NewRelay makes a relay; post hands functions to the goroutine that show is to
// run on.
func NewRelay(post func(func()), show func([]Event)) *Relay {
	return &Relay{post: post, show: show, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

// Tell takes an event in, on any goroutine.
func (r *Relay) Tell(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, e)
	if !r.due {
		r.due = true
		r.after(bundling, func() { r.post(r.Flush) })
	}
}

// Flush shows at once what is waiting. It is called on the goroutine that shows.
func (r *Relay) Flush() {
	r.mu.Lock()
	bundle := r.waiting
	r.waiting, r.due = nil, false
	r.mu.Unlock()
	if len(bundle) > 0 {
		r.show(bundle)
	}
}
