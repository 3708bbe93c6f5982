package app

import (
	"context"
	"time"

	"lightbox/vision"
	"lightbox/vision/blob"
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

// Analyze opens the first frame of the scan at path, makes its views and has it
// read. It is what the window does, in one call.
//
// Errors are *fault.Error or, for impossible filter parameters,
// *vision.FilterError.
func Analyze(ctx context.Context, path string, blur vision.Blur, network *Network) (a *Analysis, err error) {
	AnalyzeFrames(ctx, blob.File(path), []int{0}, blur, network, func(_ int, one *Analysis, failed error) { a, err = one, failed })
	return a, err
}

// AnalyzeFrames is Analyze for frames of one file, counted from 0; the file is
// opened once. each is called for them in turn, with an analysis or its error.
func AnalyzeFrames(ctx context.Context, b blob.Blob, frames []int, blur vision.Blur, network *Network, each func(i int, a *Analysis, err error)) {
	start := time.Now() // the first frame's time includes the opening
	f, err := open(ctx, b)
	for _, i := range frames {
		if err != nil {
			each(i, nil, err)
			continue
		}
		a, failed := analyze(ctx, f, i, blur, network)
		if failed == nil {
			a.Elapsed = time.Since(start)
		}
		each(i, a, failed)
		start = time.Now()
	}
}

func open(ctx context.Context, b blob.Blob) (f *vision.File, err error) {
	defer fault.Contain(b.Path(), &err)
	return vision.OpenFile(ctx, b)
}

func analyze(ctx context.Context, f *vision.File, i int, blur vision.Blur, network *Network) (a *Analysis, err error) {
	defer fault.Contain(f.Path, &err)
	scan, err := f.Scan(ctx, i)
	if err != nil {
		return nil, err
	}
	if scan.Incomplete != nil && (scan.Header.Frames == 1 || scan.Decoded < scan.Stored.Rows) {
		return nil, fault.WithPath(scan.Incomplete, f.Path) // the window shows what there is; a result must not come of half an image
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
	return a, nil
}
