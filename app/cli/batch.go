package cli

import (
	"context"
	"runtime"
	"sync"

	"lightbox/app"
)

// input is one file of a command, in the order of the command line.
type input struct {
	path     string
	named    bool   // on the command line, not found in a folder
	relative string // folder below the one that was named
	err      error  // the path itself cannot be walked

	folder, name string // where its output goes, see namer
}

// batch runs work on every file below paths, on all cores, and hands the
// results to emit in the order of the files. It holds a handful of scans at a
// time however many files there are. prepare, if any, completes each input on
// one goroutine in the same order. It returns the context's error if it was
// cancelled.
func batch[R any](ctx context.Context, paths []string, prepare func(*input), work func(context.Context, input) R, emit func(R)) error {
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
		put := func(in input) error {
			s := slot{in, make(chan R, 1)}
			select {
			case order <- s:
			case <-ctx.Done():
				return ctx.Err()
			}
			todo <- s // a worker always comes: results go into buffered channels
			return nil
		}
		for _, p := range paths {
			err := app.Walk(ctx, p, func(file, relative string) error {
				in := input{path: file, named: file == p, relative: relative}
				if prepare != nil {
					prepare(&in)
				}
				return put(in)
			}, func(folder string, err error) {
				_ = put(input{path: folder, named: true, err: err}) // fails only if cancelled, seen next
			})
			if err != nil && ctx.Err() == nil {
				_ = put(input{path: p, named: true, err: err}) // fails only if cancelled, seen next
			}
			if ctx.Err() != nil {
				return
			}
		}
	}()
	for s := range order {
		emit(<-s.out)
	}
	wg.Wait()
	return ctx.Err()
}
