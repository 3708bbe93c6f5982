package app

import (
	"context"
	"time"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// Analysis is the main job done on one scan.
type Analysis struct {
	Scan    *vision.Scan
	Gray    *vision.Gray
	Blurred *vision.Gray
	Reading Reading
	Elapsed time.Duration // opening, views and reading
}

// Analyze opens the scan at path, makes its views and has it read. It is what
// the window does, in one call.
//
// Errors are *fault.Error or, for impossible filter parameters,
// *vision.BlurError.
func Analyze(ctx context.Context, path string, blur vision.Blur, network *Network) (a *Analysis, err error) {
	defer fault.Contain(path, &err)
	start := time.Now()
	scan, err := vision.Open(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	if scan.Incomplete != nil && (scan.Header.Frames == 1 || scan.Decoded < scan.Stored.Rows) {
		return nil, scan.Incomplete // the window shows what there is; a result must not come of half an image
	}
	a = &Analysis{Scan: scan}
	if a.Gray, err = scan.Gray(ctx); err != nil {
		return nil, err
	}
	if a.Blurred, err = a.Gray.Blur(ctx, blur); err != nil {
		return nil, err
	}
	if a.Reading, err = network.Read(ctx, scan); err != nil {
		return nil, err
	}
	a.Elapsed = time.Since(start)
	return a, nil
}
