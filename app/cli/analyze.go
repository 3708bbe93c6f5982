package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lightbox/app"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// analyzed is one line of analyze --json. Every key is always there; what is
// not known is null.
type analyzed struct {
	Path         string   `json:"path"`
	Format       *string  `json:"format"`
	Modality     *string  `json:"modality"`
	Rows         *int     `json:"rows"`
	Columns      *int     `json:"columns"`
	Frames       *int     `json:"frames"`
	Photometric  *string  `json:"photometric"`
	Model        *string  `json:"model"`
	ModelVersion *string  `json:"model_version"`
	Finding      *string  `json:"finding"`
	Score        *float64 `json:"score"`
	Probability  *float64 `json:"probability"`
	Calibrated   *bool    `json:"calibrated"`
	Eligible     *bool    `json:"eligible"`
	Reason       *string  `json:"reason"`
	ElapsedMS    *float64 `json:"elapsed_ms"`
	Error        *string  `json:"error"`
	SeriesUID    *string  `json:"series_uid"`
	Stack        *int     `json:"stack"`
	Frame        *int     `json:"frame"`

	Chosen       *string  `json:"chosen"`
	Logit        *float64 `json:"logit"`
	Spread       *float64 `json:"logit_sd"`
	Low          *float64 `json:"probability_low95"`
	High         *float64 `json:"probability_high95"`
	Prevalence   *float64 `json:"prevalence"`
	Set          *string  `json:"conformal_set"`
	Level        *float64 `json:"conformal_level"`
	FromTraining *float64 `json:"distance_from_training"`
	InLungs      *float64 `json:"influence_in_lungs"`

	skipped   bool   // a file of a folder that is no scan at all
	heading   string // of its series, for people
	forPeople string // the text form
}

type analyzeOptions struct {
	json  bool
	out   string
	model string
	calib string // calibration file
	every bool   // every frame, not the first alone
	blur  vision.Blur

	terms app.Terms // what a calibrated result is shown at
}

func newAnalyzeCommand() *cobra.Command {
	o := analyzeOptions{blur: vision.DefaultBlur}
	cmd := &cobra.Command{
		Use:   "analyze [flags] PATH…",
		Short: "Make the three views of scans and have the model read them",
		Long: `analyze opens each scan, makes its grayscale and Gaussian-blurred views and has
the model read it. Folders, ZIP archives and DICOMDIR files are looked into: their
scans come by study, series and place in the stack; files that are no scans are
passed over. An entry of an archive is named ARCHIVE/ENTRY.

Of a file with several frames the first is analysed, with --frames each of them.

With --json it prints one object a line, with the keys path, format, modality,
rows, columns, frames, photometric, model, model_version, finding, score,
probability, calibrated, eligible, reason, elapsed_ms, error, series_uid, stack,
frame and those of the third paragraph, always all of them. What is not known is null. score is the sigmoid of
the network's output. probability may be called one only where calibrated is true:
the model was calibrated on a population that this patient belongs to. reason says
why a scan is not eligible or, where it is, what limits the result. stack is the
number of the stack in its series and frame that of the frame in its file, both
counted from 1.

The model is chosen by what the file says, and then by what the picture looks
like: chest for frontal chest radiographs, breast for ultrasound of the breast;
chosen says why. --model names another. logit is the network's output and logit_sd
its standard deviation over networks and mirror images. Where calibrated is true,
probability holds at prevalence, that of the calibration or of --prevalence, with
a 95 % interval from the number of calibration cases, and conformal_set is what
cannot be ruled out at conformal_level: positive, negative, both or neither.
distance_from_training is above 1 for a picture unlike those of training, which is
refused; influence_in_lungs is the part of what spoke for the finding that lies in
the lungs.

With --out it also writes NAME.original.png, NAME.gray.png and NAME.blur.png at
full resolution, where NAME is the file's name without its extension, and with
--frames NAME.f0001, NAME.f0002 and so on. They show the scan's default window and
polarity, in 16 bits for scans over 8 bits; the values of 8-bit picture files
leave unchanged. For the 8-bit picture that the window shows, see render.

Exit status: 0 all done, 1 some inputs failed, 2 wrong usage. A readable scan
that the model may not read is no failure.

` + app.Disclaimer + ".",
		Args: needPaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.blur.Validate(); err != nil {
				return usageError{errors.New(app.Explain(err).String())}
			}
			switch {
			case !(o.terms.Prevalence >= 0 && o.terms.Prevalence < 1):
				return usagef("--prevalence %v: a share above 0 and below 1 is needed, or 0 for that of the calibration", o.terms.Prevalence)
			case o.terms.Level != 0 && !(o.terms.Level >= 0.5 && o.terms.Level < 1):
				return usagef("--level %v: a share from 0.5 to below 1 is needed, or 0 for that of the calibration", o.terms.Level)
			}
			return runAnalyze(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	f.StringVar(&o.out, "out", "", "write the views as PNG into this `DIR`")
	f.IntVar(&o.blur.Kernel, "kernel", o.blur.Kernel, "Gaussian kernel in pixels, odd, 1 to 99")
	f.Float64Var(&o.blur.Sigma, "sigma", 0, "Gaussian standard deviation in pixels; 0 derives it from the kernel")
	f.BoolVar(&o.every, "frames", false, "analyse every frame of every file")
	f.StringVar(&o.model, "model", app.AutoModel, "embedded model `NAME`, auto, or a .safetensors file")
	f.Float64Var(&o.terms.Prevalence, "prevalence", 0, "share of your patients that have the finding, between 0 and 1; 0 takes that of the calibration")
	f.Float64Var(&o.terms.Level, "level", 0, "coverage of the conformal sets, such as 0.95; 0 takes that of the calibration")
	f.StringVar(&o.calib, "calibration", "", "calibration `FILE` of your own, as lightbox calibrate writes it")
	return cmd
}

func runAnalyze(ctx context.Context, o analyzeOptions, paths []string, stdout, stderr io.Writer) error {
	network, err := networkOf(o.model, o.calib)
	if err != nil {
		return err
	}
	work := func(ctx context.Context, in input) []analyzed { return analyzeInput(ctx, o, network, in) }
	var prepare func(*input)
	if o.out != "" {
		names := newNamer(o.out)
		prepare = func(in *input) { names.name(in, o.every) }
	}
	r := newResults(o.json, stdout, stderr)
	err = batch(ctx, bySeries(paths, o.every), prepare, work, func(all []analyzed) {
		for _, a := range all {
			if !a.skipped {
				r.add(a.Path, a, a.heading, a.forPeople, a.Error)
			}
		}
	})
	return r.finish(err, paths)
}

// networkOf loads a model, with a calibration of the user's own if there is one.
func networkOf(name, calibration string) (*app.Network, error) {
	n := app.NewNetwork(name)
	if _, err := n.Model(); err != nil {
		return nil, usageError{err}
	}
	if calibration == "" {
		return n, nil
	}
	if err := n.Calibrate(calibration); err != nil {
		return nil, usageError{fmt.Errorf("--calibration: %w", told(err))}
	}
	return n, nil
}

func analyzeInput(ctx context.Context, o analyzeOptions, network *app.Network, in input) []analyzed {
	line := analyzed{Path: in.path, SeriesUID: text(in.series), heading: in.heading}
	if in.stack > 0 {
		line.Stack = &in.stack
	}
	if in.err != nil {
		return []analyzed{line.fail(in.err)}
	}
	var out []analyzed
	app.AnalyzeFrames(ctx, in.blob, in.frames, o.blur, network, func(i int, a *app.Analysis, err error) {
		line, number := line, i+1
		line.Frame = &number
		out = append(out, line.with(ctx, o, in, a, err))
	})
	return out
}

// with completes the line with what became of a frame.
func (l analyzed) with(ctx context.Context, o analyzeOptions, in input, a *app.Analysis, err error) analyzed {
	if err != nil {
		// A folder may hold anything; only a file that was named must be a scan.
		if k := fault.KindOf(err); !in.named && (k == fault.NotAScan || k == fault.NoPixels) {
			l.skipped = true
			return l
		}
		return l.fail(err)
	}
	l.describe(a, o)
	if o.out != "" {
		if _, err := app.Export(ctx, a, in.folder, in.outputNames[slices.Index(in.frames, *l.Frame-1)]); err != nil {
			return l.fail(err)
		}
	}
	return l
}

func (l analyzed) fail(err error) analyzed {
	s := app.Explain(err).String()
	l.Error = &s
	return l
}

func (l *analyzed) describe(a *app.Analysis, o analyzeOptions) {
	h, r := &a.Scan.Header, &a.Reading
	l.Format = text(string(a.Scan.Format))
	l.Modality = text(h.Modality)
	l.Rows, l.Columns, l.Frames = &h.Rows, &h.Columns, &h.Frames
	l.Photometric = text(h.Photometric)
	l.SeriesUID = text(h.SeriesUID)
	l.Model, l.ModelVersion, l.Finding = text(r.Model), text(r.Version), text(r.Finding)
	eligible := r.Status == app.Result
	l.Eligible = &eligible
	switch r.Status {
	case app.Result:
		l.Score, l.Probability, l.Calibrated = &r.Score, &r.Probability, &r.Calibrated
		l.Reason = text(join(r.Cautions))
		l.explain(r, o)
	case app.Failed:
		l.Error = text(r.Reason.String())
	default:
		if r.Reason != nil {
			l.Reason = text(r.Reason.String())
		}
	}
	ms := math.Round(float64(a.Elapsed)/float64(time.Millisecond)*100) / 100
	l.ElapsedMS = &ms
	if r.Chosen != nil {
		l.Chosen = text(r.Chosen.String())
	}
	if r.FromTraining > 0 {
		l.FromTraining = &r.FromTraining
	}
	l.forPeople = ReadingText(a.Scan, r, o.terms)
}

// explain adds what a result hangs on, and what its calibration makes of it.
func (l *analyzed) explain(r *app.Reading, o analyzeOptions) {
	l.Logit, l.Spread = &r.Logit, &r.Spread
	if x := r.Explanation; x != nil {
		if part, ok := x.InsideLungs(); ok {
			l.InLungs = &part
		}
	}
	shown, ok := r.Show(o.terms.Prevalence, o.terms.Alpha())
	if !ok {
		return
	}
	l.Probability = &shown.Probability
	level, set := 1-shown.Alpha, shown.Set.String()
	l.Prevalence, l.Set, l.Level = &shown.Prevalence, &set, &level
	if !math.IsNaN(shown.Low) && !math.IsNaN(shown.High) { // JSON has no NaN
		l.Low, l.High = &shown.Low, &shown.High
	}
}

// text is s, or nil for the empty string.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func join(messages []app.Message) string {
	s := ""
	for i, m := range messages {
		if i > 0 {
			s += "; "
		}
		s += m.String()
	}
	return s
}

// ReadingText words a scan's reading for people, in English: a percentage only
// where it is calibrated, at these terms.
func ReadingText(s *vision.Scan, r *app.Reading, terms app.Terms) string {
	h := &s.Header
	head := strings.TrimSpace(string(s.Format) + " " + h.Modality)
	name := app.Printable(s.Path)
	if s.Header.Frames > 1 {
		name += fmt.Sprintf(", frame %d of %d", s.Frame+1, s.Header.Frames)
	}
	out := fmt.Sprintf("%s\n  %s, %d×%d, %s, %s\n", name, head, h.Columns, h.Rows, h.Photometric, s.VOIs[0].Label())
	shown, calibrated := r.Show(terms.Prevalence, terms.Alpha())
	switch {
	case calibrated:
		out += fmt.Sprintf("  %s: probability %s (95 %% interval %s) at a prevalence of %s (%s %s)\n", r.Finding,
			app.Percent(shown.Probability), app.PercentRange(shown.Low, shown.High), app.ExactPercent(shown.Prevalence), r.Model, r.Version)
		out += fmt.Sprintf("  not ruled out at the level %s: %s\n", app.ExactPercent(1-shown.Alpha), shown.Set)
		out += "  calibrated on " + app.Printable(r.Calibration.Population) + "\n"
	case r.Status == app.Result && r.Calibrated:
		out += fmt.Sprintf("  %s: probability %s, calibrated (%s %s)\n", r.Finding, app.Percent(r.Probability), r.Model, r.Version)
	case r.Status == app.Result:
		out += fmt.Sprintf("  %s: score %.2f, uncalibrated (%s %s)\n", r.Finding, r.Score, r.Model, r.Version)
	case r.Reason != nil:
		out += fmt.Sprintf("  not assessed by %s %s: %s\n", r.Model, r.Version, r.Reason)
	default:
		out += "  not assessed\n"
	}
	for _, c := range r.Cautions {
		out += "  " + c.String() + "\n"
	}
	return out + "  " + app.Disclaimer + "\n"
}
