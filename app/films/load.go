package films

import (
	"context"
	"runtime"
	"sync"

	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Load reads pictures, and masks where entries have them, reduced to squares of
// side pixels whatever their aspect ratio. What cannot be read has a nil picture
// and its error in failures, which is as long as the list. progress is called
// from several goroutines, by turns, with the number of entries that are done.
func Load(ctx context.Context, list []Entry, side int, progress func(done int)) (pictures, masks []plane.Bytes, failures []error, err error) {
	pictures, masks, failures = make([]plane.Bytes, len(list)), make([]plane.Bytes, len(list)), make([]error, len(list))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				pictures[i], masks[i], failures[i] = load(ctx, list[i], side)
				mu.Lock()
				done++
				progress(done)
				mu.Unlock()
			}
		}()
	}
	for i := range list {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return nil, nil, nil, fault.Wrap(fault.Interrupted, "", ctx.Err())
	}
	return pictures, masks, failures, nil
}

func load(ctx context.Context, e Entry, side int) (picture, mask plane.Bytes, err error) {
	if picture, err = reduced(ctx, e.Path, side, false); err == nil && e.Mask != "" {
		mask, err = reduced(ctx, e.Mask, side, true)
	}
	if err != nil {
		return nil, nil, err
	}
	return picture, mask, nil
}

// Grey values of masks: what is surely outside and surely inside. Between them
// lies what whoever drew it did not decide.
const (
	surelyOutside = 0.25
	surelyInside  = 0.78
)

// reduced reads a picture as the networks see it: at its default window.
func reduced(ctx context.Context, path string, side int, mask bool) (p plane.Bytes, err error) {
	defer fault.Contain(path, &err)
	scan, err := vision.Open(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	if scan.Incomplete != nil {
		return nil, scan.Incomplete
	}
	rows, columns, pix, err := scan.ModelInput(ctx)
	if err != nil {
		return nil, err
	}
	if mask {
		for i, v := range pix {
			if v > surelyInside {
				pix[i] = 1
			} else if v < surelyOutside {
				pix[i] = 0
			}
		}
	}
	return plane.Plane{Rows: rows, Columns: columns, Pix: pix}.Stretch(side, side).Bytes(), nil
}
