package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/fault"
	"lightbox/vision/study"
)

// The object that series --json prints. Every key is always there; what is not
// known is null or an empty list.
type listing struct {
	Studies  []listedStudy   `json:"studies"`
	Problems []listedProblem `json:"problems"`
}

type listedStudy struct {
	UID         *string        `json:"uid"`
	Date        *string        `json:"date"`
	Time        *string        `json:"time"`
	Description *string        `json:"description"`
	PatientName *string        `json:"patient_name"` // with --patient, as are the next two
	PatientID   *string        `json:"patient_id"`
	Accession   *string        `json:"accession"`
	Folder      *string        `json:"folder"`
	Series      []listedSeries `json:"series"`
}

type listedSeries struct {
	UID         *string       `json:"uid"`
	Number      *string       `json:"number"`
	Modality    *string       `json:"modality"`
	Description *string       `json:"description"`
	BodyPart    *string       `json:"body_part"`
	Laterality  *string       `json:"laterality"`
	Date        *string       `json:"date"`
	Time        *string       `json:"time"`
	Stacks      []listedStack `json:"stacks"`
	Others      []listedOther `json:"others"`
}

type listedStack struct {
	Stack       int      `json:"stack"` // of the series, from 1
	Label       *string  `json:"label"`
	Frames      int      `json:"frames"`
	Rows        int      `json:"rows"`
	Columns     int      `json:"columns"`
	Spacing     *float64 `json:"spacing_mm"`
	Orientation *string  `json:"orientation"`
	FrameRate   *float64 `json:"frame_rate"`
	Notes       []string `json:"notes"`
	First       string   `json:"first"`
	Last        string   `json:"last"`
	Files       []string `json:"files,omitempty"` // with --files
}

type listedOther struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type listedProblem struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

type seriesOptions struct{ json, files, patient bool }

func newSeriesCommand() *cobra.Command {
	var o seriesOptions
	cmd := &cobra.Command{
		Use:   "series [flags] PATH…",
		Short: "List studies, series and stacks",
		Long: `series reads the headers of scans and lists them as the window does: studies,
their series, and in each the stacks of images that are scrolled through, with what
is odd about them. Folders are walked, ZIP archives and DICOMDIR files looked into.
Objects without an image are listed with their series and the reason.

Patient's name, patient ID and accession number are left out, because lists get
passed on; --patient puts them in. Paths and descriptions can hold names all the same.

With --json it prints one object: studies (uid, date, time, description,
patient_name, patient_id, accession, folder, series), series (uid, number, modality,
description, body_part, laterality, date, time, stacks, others), stacks (stack,
label, frames, rows, columns, spacing_mm, orientation, frame_rate, notes, first,
last and, with --files, files in the order of the stack), others (path, reason) and
problems (path, error). What is not known is null. spacing_mm is the distance of
neighbouring slices; orientation names the directions to the right and downwards in
the image, as L/P.

Exit status: 0 all done, 1 some inputs failed, 2 wrong usage.`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSeries(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.BoolVar(&o.files, "files", false, "list the files of each stack")
	f.BoolVar(&o.patient, "patient", false, "print patient's name, patient ID and accession number")
	return cmd
}

func runSeries(ctx context.Context, o seriesOptions, paths []string, stdout, stderr io.Writer) error {
	catalog := study.NewCatalog()
	l := listing{Studies: []listedStudy{}, Problems: []listedProblem{}}
	err := study.Index(ctx, paths, study.Options{Skip: app.IsExport},
		func(items []*study.Item) { catalog.Add(items...) },
		func(p study.Problem) {
			l.Problems = append(l.Problems, listedProblem{p.Path, app.Explain(p.Err).String()})
		}, nil)
	if err != nil {
		return worded(err)
	}
	for _, s := range catalog.Studies() {
		l.Studies = append(l.Studies, o.study(s))
	}
	if len(l.Studies) == 0 && len(l.Problems) == 0 {
		for _, p := range paths {
			l.Problems = append(l.Problems, listedProblem{p, app.Explain(fault.New(fault.NoScans, p, "nothing in it is a scan")).String()})
		}
	}
	if o.json {
		e := json.NewEncoder(stdout)
		e.SetEscapeHTML(false)
		err = e.Encode(l)
	} else {
		_, err = io.WriteString(stdout, l.text())
		for _, p := range l.Problems {
			// Nothing can be done about a closed stderr.
			_, _ = fmt.Fprintf(stderr, "%s: %s\n", app.Printable(p.Path), p.Error)
		}
	}
	switch {
	case err != nil:
		return fmt.Errorf("the list could not be printed: %w", err)
	case len(l.Problems) > 0:
		return errInputsFailed
	}
	return nil
}

func (o seriesOptions) study(s *study.Study) listedStudy {
	x := listedStudy{
		UID: text(s.UID), Date: text(s.Date), Time: text(s.Time), Description: text(s.Description), Folder: text(s.Folder),
	}
	if o.patient {
		x.PatientName, x.PatientID, x.Accession = text(s.PatientName), text(s.PatientID), text(s.Accession)
	}
	for _, r := range s.Series {
		x.Series = append(x.Series, o.series(r))
	}
	return x
}

func (o seriesOptions) series(r *study.Series) listedSeries {
	y := listedSeries{
		UID: text(r.UID), Number: text(r.Number), Modality: text(r.Modality), Description: text(r.Description),
		BodyPart: text(r.BodyPart), Laterality: text(r.Laterality), Date: text(r.Date), Time: text(r.Time),
		Stacks: []listedStack{}, Others: []listedOther{},
	}
	for i, k := range r.Stacks {
		y.Stacks = append(y.Stacks, o.stack(i+1, k))
	}
	for _, it := range r.Others {
		y.Others = append(y.Others, listedOther{it.Path(), app.Explain(it.Fault).String()})
	}
	return y
}

func (o seriesOptions) stack(n int, k *study.Stack) listedStack {
	z := listedStack{
		Stack: n, Label: text(k.Label), Frames: len(k.Frames), Rows: k.Rows, Columns: k.Columns,
		Spacing: positive(k.Spacing), FrameRate: positive(k.FrameRate), Notes: []string{},
		First: k.Frames[0].Item.Path(), Last: k.Frames[len(k.Frames)-1].Item.Path(),
	}
	if right, down := vision.Directions(k.Orientation); right != "" && down != "" {
		z.Orientation = text(right + "/" + down)
	}
	for _, note := range k.Notes {
		z.Notes = append(z.Notes, app.Explain(note).String())
	}
	seen := map[*study.Item]bool{}
	for _, f := range k.Frames {
		if seen[f.Item] {
			continue
		}
		seen[f.Item] = true
		if o.files {
			z.Files = append(z.Files, f.Item.Path())
		}
		if f.Item.Fault != nil { // the images are listed but cannot be shown
			z.Notes = append(z.Notes, app.Explain(f.Item.Fault).String())
		}
	}
	return z
}

// positive rounds to a thousandth, which is what headers can be trusted with;
// nil for 0.
func positive(x float64) *float64 {
	if x <= 0 {
		return nil
	}
	x = math.Round(x*1000) / 1000
	return &x
}

// text is the list for people.
func (l *listing) text() string {
	var b strings.Builder
	line := func(indent int, parts ...string) {
		var there []string
		for _, p := range parts {
			if p != "" {
				there = append(there, app.Printable(p))
			}
		}
		b.WriteString(strings.Repeat("  ", indent) + strings.Join(there, ", ") + "\n")
	}
	for _, s := range l.Studies {
		line(0, "Study "+or(s.Date), opt(s.Description), opt(s.PatientName), opt(s.PatientID), opt(s.Accession), opt(s.Folder))
		for _, r := range s.Series {
			line(1, "Series "+or(r.Number), opt(r.Modality), opt(r.Description), opt(r.BodyPart), opt(r.Laterality))
			for _, k := range r.Stacks {
				line(2, k.parts()...)
				for _, n := range k.Notes {
					line(3, n)
				}
				for _, f := range k.Files {
					line(3, f)
				}
			}
			for _, o := range r.Others {
				line(2, o.Reason)
			}
		}
	}
	return b.String()
}

// parts are what is said of a stack in one line.
func (k *listedStack) parts() []string {
	parts := []string{fmt.Sprintf("Stack %d: %s", k.Stack, plural(k.Frames, "image")), opt(k.Label), fmt.Sprintf("%d×%d", k.Columns, k.Rows)}
	if k.Spacing != nil {
		parts = append(parts, fmt.Sprintf("%g mm apart", *k.Spacing))
	}
	if o := opt(k.Orientation); !strings.Contains(opt(k.Label), o) { // labels often are the direction
		parts = append(parts, o)
	}
	if k.FrameRate != nil {
		parts = append(parts, fmt.Sprintf("%g frames/s", *k.FrameRate))
	}
	return parts
}

// opt is what s points to, empty for nil.
func opt(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
