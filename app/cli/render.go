package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/model"
	"lightbox/vision"
	"lightbox/vision/blob"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

type renderOptions struct {
	frame              int
	window, view, out  string
	filters            filterOptions
	noOverlays, invert bool
}

func newRenderCommand() *cobra.Command {
	var o renderOptions
	cmd := &cobra.Command{
		Use:   "render [flags] -o FILE.png PATH",
		Short: "Write one frame as the window shows it, at full resolution",
		Long: `render writes one frame as an 8-bit PNG, gray or RGB, one image pixel to one
pixel: stored values, modality, window, polarity, as in the window and by the same
code. The disclaimer stands in the file's text.

Frames are counted from 1. Of a folder, a ZIP archive or a DICOMDIR the first stack
is taken, and the frame is that of the stack. An entry of an archive is named
ARCHIVE/ENTRY.

--window is one of
  C,W    centre and width in modality values (HU in CT), LINEAR (PS3.3 C.11.2.1.2)
  auto   from the 0.1st to the 99.9th percentile
  file   the file's first VOI LUT or, without one, its first window with the
         function that the file states
Without it the file's own is taken and, where it has none, auto: what the window
shows first. Of NM and PET its lower end is then held at 0. Colour is shown in its full
range; C,W then acts on each channel. The gradient of --view sobel is in modality units a
pixel, edges of --view canny are 255; auto and file, which do not apply to them, give way
to windows of their own.

--view is one of
` + viewHelp + `
Filters act on the gray view at its own depth, before the window.

Overlay planes are drawn white. Rows that could not be decoded are hatched; the
picture is written nevertheless, with a sentence on standard error and status 1.
A file that Lightbox did not make is never replaced.

Exit status: 0 done, 1 not or not wholly done, 2 wrong usage.

` + app.Disclaimer + ".",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("render needs exactly one PATH, not %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRender(cmd.Context(), o, args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.frame, "frame", 1, "number of the frame, counted from 1")
	f.StringVar(&o.window, "window", "", "`C,W` in modality values, auto or file")
	f.StringVar(&o.view, "view", string(vision.ViewOriginal), "original, gray, or a filter of the gray view")
	o.filters.bind(cmd)
	f.BoolVar(&o.noOverlays, "no-overlays", false, "leave the file's overlay planes out")
	f.BoolVar(&o.invert, "invert", false, "turn black and white round, on top of the file's polarity")
	f.StringVarP(&o.out, "out", "o", "", "PNG `FILE` to write, - for standard output (required)")
	return cmd
}

// check refuses what makes no sense, before anything is read.
func (o renderOptions) check() (set *vision.VOI, err error) {
	kind, known := viewKind(o.view)
	switch {
	case o.out == "":
		return nil, usagef("-o is missing: name the PNG file to write, or - for standard output")
	case o.frame < 1:
		return nil, usagef("--frame %d: frames are counted from 1", o.frame)
	case !known:
		return nil, usagef("--view %q is none of %s", o.view, viewNames())
	}
	if err := o.filters.check(kind); err != nil {
		return nil, err
	}
	switch o.window {
	case "", "auto", "file":
		return nil, nil
	}
	c, w, ok := strings.Cut(o.window, ",")
	centre, errC := strconv.ParseFloat(strings.TrimSpace(c), 64)
	width, errW := strconv.ParseFloat(strings.TrimSpace(w), 64)
	if !ok || errors.Join(errC, errW) != nil || math.IsNaN(centre+width) || math.IsInf(centre, 0) || math.IsInf(width, 0) || width < 1 {
		return nil, usagef("--window %q is neither auto nor file nor a centre and a width of at least 1, such as 40,400", o.window)
	}
	v := vision.VOI{Centre: centre, Width: width, Function: vision.Linear, Source: vision.SourceManual}
	return &v, nil
}

func runRender(ctx context.Context, o renderOptions, path string, stdout, stderr io.Writer) error {
	set, err := o.check()
	if err != nil {
		return err
	}
	scan, err := openFrame(ctx, path, o.frame)
	if err != nil {
		return worded(err)
	}
	voi, err := chooseVOI(scan, o.window, set)
	if err != nil {
		return worded(err)
	}
	data, err := renderPNG(ctx, scan, voi, o)
	if err != nil {
		return worded(err)
	}
	if o.out == "-" {
		if _, err := stdout.Write(data); err != nil {
			return fmt.Errorf("the picture could not be printed: %w", err)
		}
	} else if err := writePicture(o.out, data); err != nil {
		return worded(err)
	}
	if scan.Decoded < scan.Stored.Rows || scan.Incomplete != nil && scan.Header.Frames <= 1 {
		// Nothing can be done about a closed stderr.
		_, _ = fmt.Fprintf(stderr, "%s: only %d of %d rows are there. %s\n", app.Printable(scan.Path), scan.Decoded, scan.Stored.Rows, app.Explain(scan.Incomplete))
		return errInputsFailed
	}
	return nil
}

// worded is err as a sentence; a usageError is one already.
func worded(err error) error {
	var usage usageError
	if errors.As(err, &usage) {
		return err
	}
	return errors.New(app.Explain(err).String())
}

// openFrame reads frame number n, counted from 1, of a file or of the first
// stack of what path leads to. That there is no such frame is a usageError.
func openFrame(ctx context.Context, path string, n int) (s *vision.Scan, err error) {
	defer fault.Contain(path, &err)
	b, err := archiveEntry(path)
	if err != nil {
		return nil, err
	}
	st, missing := os.Stat(path)
	switch {
	case b != nil:
	case missing == nil && st.IsDir():
		return openInStack(ctx, path, n)
	case missing == nil && st.Mode().IsRegular():
		b = blob.File(path)
		if zip, directory := leadsOn(b); zip || directory {
			return openInStack(ctx, path, n)
		}
	default:
		b = blob.File(path) // its Open says what is wrong
	}
	f, err := vision.OpenFile(ctx, b)
	if err != nil {
		return nil, err
	}
	if n > f.Frames() && f.Frames() > 0 && !f.NoImage() {
		return nil, noFrame(path, n, f.Frames())
	}
	return f.Scan(ctx, n-1)
}

func noFrame(path string, n, frames int) error {
	return usagef("--frame %d: %s has %s, counted from 1", n, app.Printable(path), plural(frames, "frame"))
}

// openInStack reads frame number n of the first stack below path.
func openInStack(ctx context.Context, path string, n int) (*vision.Scan, error) {
	items, problems := index(ctx, path)
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, path, ctx.Err())
	}
	catalog := study.NewCatalog()
	catalog.Add(items...)
	for _, st := range catalog.Studies() {
		for _, s := range st.Series {
			if len(s.Stacks) == 0 {
				continue
			}
			frames := s.Stacks[0].Frames
			if n > len(frames) {
				return nil, noFrame("the first stack of "+path, n, len(frames))
			}
			f, err := vision.OpenFile(ctx, frames[n-1].Item.Blob)
			if err != nil {
				return nil, err
			}
			return f.Scan(ctx, frames[n-1].Index)
		}
	}
	if len(problems) > 0 {
		return nil, problems[0].Err
	}
	return nil, fault.New(fault.NoScans, path, "nothing in it is a scan")
}

// chooseVOI is the window that was asked for: set, where it was given in
// numbers.
func chooseVOI(s *vision.Scan, name string, set *vision.VOI) (vision.VOI, error) {
	switch {
	case set != nil:
		return *set, nil
	case name == "file":
		if v, ok := s.Own(); ok {
			return v, nil
		}
		return vision.VOI{}, usagef("--window file: %s has no window of its own; take auto, or a centre and a width", app.Printable(s.Path))
	case name == "auto":
		if v, ok := s.Auto(); ok {
			return v, nil
		}
	}
	return s.VOIs[0], nil
}

func renderPNG(ctx context.Context, s *vision.Scan, v vision.VOI, o renderOptions) (data []byte, err error) {
	defer fault.Contain(s.Path, &err)
	kind, _ := viewKind(o.view)
	m := s.Values
	if kind != vision.ViewOriginal {
		g, err := s.Gray(ctx)
		if err == nil {
			g, err = g.Filter(ctx, kind, o.filters.of(kind))
		}
		if err != nil {
			return nil, err
		}
		if own, ok := g.Window(); ok && v.Source != vision.SourceManual {
			v = own
		}
		s, m = g.Scan(), g.Image
	}
	var b bytes.Buffer
	if err := vision.WritePNG(&b, s.Picture8(m, v, o.invert, !o.noOverlays), app.Disclaimer); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writePicture writes a picture whole or not at all, and only over one of ours.
func writePicture(path string, data []byte) error {
	if _, err := os.Lstat(path); err == nil && !vision.IsExport(path, app.Disclaimer) {
		return fault.New(fault.CannotWrite, path, "another file of this name is there, which Lightbox did not make")
	}
	if err := model.WriteFileAtomic(path, data); err != nil {
		return fault.Writing(path, err)
	}
	return nil
}
