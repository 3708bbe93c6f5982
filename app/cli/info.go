package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// described is one line of info --json; every key is always there.
type described struct {
	Path           string   `json:"path"`
	TransferSyntax *string  `json:"transfer_syntax"`
	Modality       *string  `json:"modality"`
	Rows           *int     `json:"rows"`
	Columns        *int     `json:"columns"`
	Samples        *int     `json:"samples"`
	BitsAllocated  *int     `json:"bits_allocated"`
	BitsStored     *int     `json:"bits_stored"`
	Frames         *int     `json:"frames"`
	Photometric    *string  `json:"photometric"`
	FrameSHA256    []string `json:"frame_sha256"`
	Error          *string  `json:"error"`

	skipped bool
	syntax  string // with its name, for the text form
}

func newInfoCommand() *cobra.Command {
	var asJSON, hash bool
	cmd := &cobra.Command{
		Use:   "info [flags] PATH…",
		Short: "Tell what files are",
		Long: `info tells what each file is. Folders are walked and ZIP archives looked into;
files in them that are no scans are passed over. An entry of an archive is named
ARCHIVE/ENTRY, in results and as a PATH. A DICOMDIR that is named itself is
followed by the files that it refers to.

With --json it prints one object a line with the keys path, transfer_syntax (its
UID; null for picture files), modality, rows, columns, samples, bits_allocated,
bits_stored, frames, photometric, frame_sha256 and error, always all of them.
With --hash frame_sha256 lists the SHA-256 of each frame's stored values, all of
them in their order: little endian, colour by pixel, colour space untouched, no
rescale or window; 1-bit frames packed as they are. Where a frame cannot be read,
those before it are listed and error says why. It is null for objects without an
image.

Exit status: 0 all done, 1 some inputs failed, 2 wrong usage.`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runInfo(cmd.Context(), asJSON, hash, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Flags().BoolVar(&hash, "hash", false, "hash each frame's stored values")
	return cmd
}

func runInfo(ctx context.Context, asJSON, hash bool, paths []string, stdout, stderr io.Writer) error {
	r := newResults(asJSON, stdout, stderr)
	work := func(ctx context.Context, in input) described { return describeOne(ctx, hash, in) }
	err := batch(ctx, files(paths), nil, work, func(d described) {
		if !d.skipped {
			r.add(d.Path, d, "", d.text(), d.Error)
		}
	})
	return r.finish(err, paths)
}

func describeOne(ctx context.Context, hash bool, in input) (d described) {
	d.Path = in.path
	err := in.err
	if err == nil {
		err = d.fill(ctx, hash, in.blob)
	}
	if err != nil {
		if !in.named && fault.KindOf(err) == fault.NotAScan {
			d.skipped = true
			return d
		}
		s := app.Explain(err).String()
		d.Error = &s
	}
	return d
}

// fill reads the file; what it found before an error stays.
func (d *described) fill(ctx context.Context, hash bool, b blob.Blob) (err error) {
	defer fault.Contain(b.Path(), &err)
	f, err := vision.OpenFile(ctx, b)
	if err != nil {
		return err
	}
	h := &f.Header
	d.TransferSyntax = text(h.Syntax.UID)
	d.syntax = h.Syntax.Name
	if d.syntax == "" {
		d.syntax = string(f.Format)
	}
	d.Modality, d.Photometric = text(h.Modality), text(h.Photometric)
	if h.Rows > 0 || h.Columns > 0 {
		d.Rows, d.Columns, d.Samples = &h.Rows, &h.Columns, &h.Samples
		d.BitsAllocated, d.BitsStored, d.Frames = &h.BitsAllocated, &h.BitsStored, &h.Frames
	}
	if !hash || f.NoImage() {
		return nil
	}
	for i := range h.Frames {
		data, err := f.FrameBytes(ctx, i)
		if err != nil {
			return fault.WithPath(err, b.Path())
		}
		sum := sha256.Sum256(data)
		d.FrameSHA256 = append(d.FrameSHA256, hex.EncodeToString(sum[:]))
	}
	return f.Missing()
}

// text is the form for people, empty for a file that could not be read at all.
func (d *described) text() string {
	if d.syntax == "" {
		return ""
	}
	s := app.Printable(d.Path) + "\n"
	if d.Rows != nil {
		s += fmt.Sprintf("  %s, %d×%d, %s, samples %d, bits allocated %d, stored %d, frames %d\n", d.syntax,
			*d.Columns, *d.Rows, or(d.Photometric), *d.Samples, *d.BitsAllocated, *d.BitsStored, *d.Frames)
	} else {
		s += "  " + d.syntax + ", no image\n"
	}
	for i, h := range d.FrameSHA256 {
		s += fmt.Sprintf("  frame %d %s\n", i+1, h)
	}
	return s
}

// or prints what is not known as a dash.
func or(s *string) string {
	if s == nil {
		return "–"
	}
	return *s
}
