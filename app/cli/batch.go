package cli

import (
	"context"
	"runtime"
	"sync"
)

// batch runs work on every input, on all cores, and hands the results to emit
// in the order of the inputs. It holds a handful of scans at a time however many
// files there are. prepare, if any, completes each input on one goroutine in the
// same order. It returns the context's error if it was cancelled.
func batch[R any](ctx context.Context, all inputs, prepare func(*input), work func(context.Context, input) R, emit func(R)) error {
	type slot struct {
		in  input
		out chan R
	}
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan slot)
	// Bounds the results that wait for a slow file before them.
	order := make(chan slot, 4*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for s := range todo {
				s.out <- work(ctx, s.in)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(todo)
		// Its only error is that of a cancelled context, which is returned below.
		_ = all(ctx, func(in input) error {
			if prepare != nil {
				prepare(&in)
			}
			s := slot{in, make(chan R, 1)}
			select {
			case order <- s:
			case <-ctx.Done():
				return ctx.Err()
			}
			todo <- s // a worker always comes: results go into buffered channels
			return nil
		})
	}()
	for s := range order {
		emit(<-s.out)
	}
	wg.Wait()
	return ctx.Err()
}
