package films

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Reduction makes a small square of a picture; the error for one that is too small
// wraps model.ErrBadImage.
type Reduction func(plane.Plane) (plane.Bytes, error)

// Load reads pictures, and masks where entries have them, and reduces them. What
// cannot be read has a nil picture and its error in failures, which is as long as the
// list. progress is called from several goroutines, by turns, with the number of
// entries that are done.
func Load(ctx context.Context, list []Entry, reduce Reduction, progress func(done int)) (pictures, masks []plane.Bytes, failures []error, err error) {
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
				pictures[i], masks[i], failures[i] = load(ctx, list[i], reduce)
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

func load(ctx context.Context, e Entry, reduce Reduction) (picture, mask plane.Bytes, err error) {
	if e.Pixels.Pix != nil {
		picture, err = reduce(e.Pixels)
	} else {
		picture, err = reduced(ctx, e.Path, reduce, false)
	}
	if err == nil && e.Mask != "" {
		mask, err = reduced(ctx, e.Mask, reduce, true)
	}
	if errors.Is(err, model.ErrBadImage) {
		err = fault.New(fault.TooSmall, e.Path, "%s", err)
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
func reduced(ctx context.Context, path string, reduce Reduction, mask bool) (p plane.Bytes, err error) {
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
	return reduce(plane.Plane{Rows: rows, Columns: columns, Pix: pix})
}
