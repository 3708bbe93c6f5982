package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/blob"
	"lightbox/vision/study"
)

// framesAtATime is how many frames of one file are one piece of work: enough
// that opening the file again is no matter, few enough to keep all cores busy.
const framesAtATime = 16

// bySeries are the scans that paths name: those of each path by study, series
// and place in their stack. Only headers are read for that. Of a file with
// several frames the first is taken or, with every set, all.
func bySeries(paths []string, every bool) inputs {
	return func(ctx context.Context, put func(input) error) error {
		for _, p := range paths {
			if err := seriesOf(ctx, p, every, put); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}
}

func seriesOf(ctx context.Context, p string, every bool, put func(input) error) error {
	if entry, err := archiveEntry(p); entry != nil || err != nil {
		in := input{blob: entry, path: p, named: true, err: err, frames: []int{0}}
		if err == nil && every {
			in.frames = countFrames(ctx, entry)
		}
		return put(in)
	}
	items, problems := index(ctx, p)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	catalog := study.NewCatalog()
	catalog.Add(items...)
	for _, st := range catalog.Studies() {
		for _, s := range st.Series {
			if err := putSeries(p, st, s, every, put); err != nil {
				return err
			}
		}
	}
	for _, pr := range problems {
		in := input{path: pr.Path, named: true, err: pr.Err, frames: []int{0}}
		// What the file itself says when it is opened is the better sentence.
		if st, err := os.Stat(pr.Path); err == nil && st.Mode().IsRegular() && !isZip(pr.Path) {
			in.blob, in.err = blob.File(pr.Path), nil
		}
		if err := put(in); err != nil {
			return err
		}
	}
	return nil
}

// countFrames lists the frames of a file that no catalog knows.
func countFrames(ctx context.Context, b blob.Blob) []int {
	n := 1
	if f, err := vision.OpenFile(ctx, b); err == nil { // the error is told when it is analysed
		n = max(f.Frames(), 1)
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func putSeries(p string, st *study.Study, s *study.Series, every bool, put func(input) error) error {
	seen := map[*study.Item]bool{}
	for k, stack := range s.Stacks {
		base := input{stack: k + 1, heading: heading(st, s, k)}
		var pending *input
		flush := func() error {
			if pending == nil {
				return nil
			}
			in := *pending
			pending = nil
			return put(in)
		}
		for _, f := range stack.Frames {
			if !every && seen[f.Item] {
				continue
			}
			seen[f.Item] = true
			if pending != nil && pending.blob == f.Item.Blob && len(pending.frames) < framesAtATime {
				pending.frames = append(pending.frames, f.Index)
				continue
			}
			if err := flush(); err != nil {
				return err
			}
			in := base
			in.of(f.Item, p)
			in.frames, in.several = []int{f.Index}, f.Item.Frames > 1
			if !every {
				in.frames = []int{0}
			}
			pending = &in
		}
		if err := flush(); err != nil {
			return err
		}
	}
	for _, o := range s.Others {
		in := input{frames: []int{0}}
		in.of(o, p)
		if err := put(in); err != nil {
			return err
		}
	}
	return nil
}

// of fills in what an item says; p is what was named.
func (in *input) of(it *study.Item, p string) {
	in.blob, in.path, in.named, in.series = it.Blob, it.Path(), it.Named, it.SeriesUID
	if it.Path() != p {
		in.relative = below(p, it.Path())
	}
}

// heading is the line above a stack's results: nothing in it names the patient.
func heading(st *study.Study, s *study.Series, k int) string {
	stack := s.Stacks[k]
	var parts []string
	for _, x := range []string{st.Date, s.Modality, s.Description} {
		if x != "" {
			parts = append(parts, x)
		}
	}
	if len(s.Stacks) > 1 {
		x := fmt.Sprintf("stack %d of %d", k+1, len(s.Stacks))
		if stack.Label != "" {
			x += " (" + stack.Label + ")"
		}
		parts = append(parts, x)
	}
	number := s.Number
	if number == "" {
		number = "–"
	}
	parts = append(parts, plural(len(stack.Frames), "image"))
	return app.Printable("Series "+number+": "+strings.Join(parts, ", ")) + "\n"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
