package kernel

import (
	"runtime"
	"sync"
)

// Parallel runs f on parts of 0 … n−1, one a core.
func Parallel(n int, f func(from, to int)) {
	ParallelParts(n, min(runtime.GOMAXPROCS(0), n), func(_, from, to int) { f(from, to) })
}

// ParallelParts runs f on so many parts of 0 … n−1 of about the same size, as
// many at a time as there are cores. Parts without anything are left out.
func ParallelParts(n, parts int, f func(part, from, to int)) {
	if parts <= 1 {
		if n > 0 {
			f(0, 0, n)
		}
		return
	}
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for part := range parts {
		from, to := n*part/parts, n*(part+1)/parts
		if from == to {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			free <- struct{}{}
			defer func() { <-free }()
			f(part, from, to)
		}()
	}
	wg.Wait()
}
