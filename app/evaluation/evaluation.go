// Package evaluation measures a model on folders of labelled scans. Every scan
// takes the very way of analyze: opened, asked by the gate what its file says and
// what it looks like, read, compared with training. What is refused is counted by
// reason beside the figures.
package evaluation

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"lightbox/app"
	"lightbox/app/films"
	"lightbox/model"
	"lightbox/model/audit"
	"lightbox/model/calibrate"
	"lightbox/model/lungs"
	"lightbox/model/measured"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
	"lightbox/model/train/radiograph"
	"lightbox/model/train/ultrasound"
	"lightbox/vision"
	"lightbox/vision/fault"
)

// Options of an evaluation.
type Options struct {
	Network *app.Network // of one model
	Folder  string
	// Split is the part of the scans that is measured, where a table has a column for
	// it; scans without one always are.
	Split string
	// Not is a split that is left alone, where Split is empty.
	Not string
	// Age, in years, is that of patients whose age neither file nor table says; nil
	// for not known.
	Age   *float64
	Alpha float64 // level of the sets; 0 for that of the calibration
	Seed  uint64
	Audit bool
	// Progress is told how many scans are done, by turns; nil for nobody.
	Progress func(done, total int)
}

// Evaluation is a model's measurement on a folder.
type Evaluation struct {
	Model    *model.Model
	Folder   string
	Split    string // what was measured, empty where no table has splits
	SHA256   string // of all that was read
	Pictures []measured.Picture
	*measured.Result
	Problems   []app.Message // scans that could not be read, one by one
	LeftAlone  int           // scans of the split that is not measured
	Unlabelled int           // scans without a class that anything can be measured on
	// UnknownClasses are classes that are not known, such as slips of the pen, and how
	// many scans have them. They count as other classes.
	UnknownClasses map[string]int
	// Templates are the sentences behind the reasons for refusals and failures, with
	// their gaps, by which translations are filed.
	Templates map[string]string
}

// ErrNoSplit tells that no scan belongs to the split that was asked for.
var ErrNoSplit = errors.New("no scan of this split")

// LabelOf reads the name of a class, in lower case, for a model: 1 with its
// finding, 0 without, [measured.Other] for all else.
func LabelOf(m *model.Model) func(class string) int {
	if m.Meta.Architecture == model.BreastArchitecture {
		return func(class string) int { return ultrasound.ClassOf(class).Label() }
	}
	return func(class string) int { return radiograph.ClassOf(class).Label() }
}

// Run measures a model.
func Run(ctx context.Context, o Options) (*Evaluation, error) {
	m, err := o.Network.Model()
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Model: m, Folder: o.Folder, Templates: map[string]string{}}
	list, err := e.list(ctx, o)
	if err != nil {
		return nil, err
	}
	scans, err := e.read(ctx, o, list)
	if err != nil {
		return nil, err
	}
	return e, e.measure(o, scans)
}

// measure computes the figures of what became of the scans.
func (e *Evaluation) measure(o Options, scans []scan) (err error) {
	for i := range scans {
		e.Pictures = append(e.Pictures, scans[i].picture)
		if t := scans[i].template; t != "" {
			e.Templates[gaps(t)] = t
		}
		if f := scans[i].failure; f != nil {
			e.Problems = append(e.Problems, *f)
		}
	}
	if e.Result, err = measured.Measure(e.Pictures, e.Model.Meta.Threshold, o.Alpha, o.Seed); err != nil {
		return err
	}
	if o.Audit {
		e.Audits = audits(scans, o.Seed)
	}
	return nil
}

// list lists the scans to be measured.
func (e *Evaluation) list(ctx context.Context, o Options) ([]films.Entry, error) {
	all, err := films.List(ctx, o.Folder)
	if err != nil {
		return nil, err
	}
	label, known := LabelOf(e.Model), films.Known(e.Model.Meta.Architecture == model.BreastArchitecture)
	var list []films.Entry
	for _, f := range all {
		if f.Split != "" && o.Split != "" {
			if e.Split = o.Split; f.Split != o.Split {
				continue
			}
		}
		if o.Not != "" && f.Split == o.Not {
			e.LeftAlone++
			continue
		}
		if f.Class != "" && films.Unclassed(f, known) != nil {
			if e.UnknownClasses == nil {
				e.UnknownClasses = map[string]int{}
			}
			e.UnknownClasses[app.Printable(f.Class)]++
		}
		// On others of a known class it is at least counted how they are called.
		if label(f.Class) == measured.Other && (f.Filed || f.Class == "") {
			e.Unlabelled++
			continue
		}
		list = append(list, f)
	}
	if len(list) == 0 && e.Split != "" {
		return nil, fmt.Errorf("%w: %s in %s", ErrNoSplit, e.Split, app.Printable(o.Folder))
	}
	if !slices.ContainsFunc(list, func(f films.Entry) bool { return label(f.Class) != measured.Other }) {
		return nil, fault.New(fault.NoScans, o.Folder, "no scan of the classes that this model tells apart")
	}
	return list, nil
}

// scan is what became of one.
type scan struct {
	picture       measured.Picture
	failure       *app.Message
	template      string // of the reason for a refusal or failure
	sum           [sha256.Size]byte
	small         plane.Bytes // by which copies are found; nil for what was not read
	audited       audit.Answers
	rim           []float64
	width, height int
}

// read has the model read all scans, on all cores.
func (e *Evaluation) read(ctx context.Context, o Options, list []films.Entry) ([]scan, error) {
	reader, err := audit.NewReader(e.Model)
	if err != nil {
		return nil, err
	}
	scans := make([]scan, len(list))
	failures := make([]error, len(list))
	label := LabelOf(e.Model)
	kind := func(class string) int { return label(class) - measured.Other }
	contradictions := films.Contradictions(list, nil, kind)
	var mu sync.Mutex
	done := 0
	each(ctx, len(list), func(i int) {
		if contradictions[i] != nil {
			scans[i] = e.failed(list[i], contradictions[i])
		} else {
			scans[i], failures[i] = e.one(ctx, o, reader, list[i], uint64(i))
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		if o.Progress != nil {
			o.Progress(done, len(list))
		}
	})
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Interrupted, o.Folder, ctx.Err())
	}
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	e.contradict(list, scans, kind)
	h := sha256.New()
	for i := range scans {
		_, _ = h.Write(scans[i].sum[:]) // a hash does not fail
	}
	e.SHA256 = hex.EncodeToString(h.Sum(nil))
	return scans, nil
}

// contradict leaves out the scans that show the same picture as one of another
// class, as training does.
func (e *Evaluation) contradict(list []films.Entry, scans []scan, kind func(class string) int) {
	small := make([]plane.Bytes, len(scans))
	for i := range scans {
		small[i] = scans[i].small
	}
	for i, why := range films.Contradictions(list, films.Duplicates(small, lungs.FilmSide), kind) {
		if scans[i].picture.Failed == "" {
			sum := scans[i].sum
			scans[i] = e.failed(list[i], why)
			scans[i].sum = sum // it was read
		}
	}
}

// each runs f for 0 … n−1 on all cores, until ctx is cancelled.
func each(ctx context.Context, n int, f func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				f(i)
			}
		}()
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
}

// one reads a scan. The error is a defect of ours; what is wrong with the scan is
// part of what it returns.
func (e *Evaluation) one(ctx context.Context, o Options, reader *audit.Reader, f films.Entry, seed uint64) (out scan, err error) {
	out.picture = e.picture(f)
	s, reading, pixels, err := read(ctx, o.Network, f.Path)
	switch {
	case ctx.Err() != nil:
		return out, nil // told once for all
	case err != nil:
		return e.failed(f, err), nil
	}
	out.sum = pixels.sum
	out.small = plane.Plane{Rows: pixels.Rows, Columns: pixels.Columns, Pix: pixels.Pix}.Stretch(lungs.FilmSide, lungs.FilmSide).Bytes()
	out.width, out.height = f.Width, f.Height
	if f.Width == 0 || f.Height == 0 {
		out.width, out.height = s.Stored.Columns, s.Stored.Rows
	}
	switch reading.Status {
	case app.Result:
		out.picture.Logit, out.picture.Fitted = reading.Logit, e.fitted(o, f, &reading)
	case app.Failed:
		out.failure, out.template = reading.Reason, reading.Reason.Text
		out.picture.Failed = gaps(out.template)
	default:
		out.picture.Refused = "refused"
		if reading.Reason != nil {
			out.template = reading.Reason.Text
			out.picture.Refused = gaps(out.template)
		}
	}
	if o.Audit && reading.Status == app.Result {
		out.rim = audit.RimFeatures(pixels.Gray)
		out.audited, err = reader.Read(ctx, pixels.Gray, seed)
	}
	return out, err
}

func (e *Evaluation) picture(f films.Entry) measured.Picture {
	return measured.Picture{Set: f.Set, Name: f.Name, Group: f.Group, View: f.View, Label: LabelOf(e.Model)(f.Class)}
}

// failed is a scan that could not be read.
func (e *Evaluation) failed(f films.Entry, err error) (out scan) {
	why := app.Explain(err)
	out.picture, out.failure, out.template = e.picture(f), &why, why.Text
	out.picture.Failed = gaps(out.template)
	return out
}

// input is what a model was given.
type input struct {
	model.Gray
	sum [sha256.Size]byte
}

// read opens a scan and has it read, as analyze does.
func read(ctx context.Context, network *app.Network, path string) (s *vision.Scan, r app.Reading, in input, err error) {
	defer fault.Contain(path, &err)
	if s, err = vision.Open(ctx, path, nil); err != nil {
		return s, r, in, err
	}
	if s.Incomplete != nil {
		return s, r, in, s.Incomplete
	}
	if r, err = network.Read(ctx, s); err != nil {
		return s, r, in, err
	}
	in.Rows, in.Columns, in.Pix, err = s.ModelInput(ctx)
	in.sum = sumOf(in.Gray)
	return s, r, in, err
}

// fitted is the calibration for a patient: as the reading has it, or by the age
// that the table says, or that was said for all.
func (e *Evaluation) fitted(o Options, f films.Entry, r *app.Reading) *calibrate.Fitted {
	if r.Calibration != nil {
		return r.Calibration
	}
	age := o.Age
	if f.Age > 0 {
		age = &f.Age
	}
	fitted, _ := e.Model.Calibrations().For(age)
	return fitted
}

var gap = regexp.MustCompile(`\{\{\.\w+\}\}`)

// gaps is a sentence without what is particular to one scan.
func gaps(text string) string { return gap.ReplaceAllString(text, "…") }

// Reason is a reason for a refusal or failure by the translations of a language,
// from English sentences.
func (e *Evaluation) Reason(text string, translations map[string]string) string {
	if t, ok := translations[e.Templates[text]]; ok {
		return gaps(t)
	}
	return text
}

// Unknown lists the classes that are not known, each with how many scans have it;
// empty without any.
func (e *Evaluation) Unknown() string {
	var list []string
	for _, class := range slices.Sorted(maps.Keys(e.UnknownClasses)) {
		list = append(list, fmt.Sprintf("%s (%d)", class, e.UnknownClasses[class]))
	}
	return strings.Join(list, ", ")
}

// Name of the folder, for reports.
func (e *Evaluation) Name() string { return app.Printable(filepath.Base(filepath.Clean(e.Folder))) }

// audits measures how well the classes are told apart by what should not tell.
func audits(scans []scan, seed uint64) (list []measured.Audit) {
	var labels []int
	var groups, sources []string
	var rims, sizes [][]float64
	var read []*scan
	codes := map[string]bool{}
	for i := range scans {
		s := &scans[i]
		if s.audited == nil || s.picture.Label == measured.Other {
			continue
		}
		read = append(read, s)
		labels, groups = append(labels, s.picture.Label), append(groups, s.picture.Group)
		rims, sizes = append(rims, s.rim), append(sizes, audit.SizeFeatures(s.width, s.height))
		sources = append(sources, s.picture.Set+" "+s.picture.View)
		for c := range s.audited {
			codes[c] = true
		}
	}
	for _, code := range audit.ModelCodes() {
		if codes[code] {
			list = append(list, byModel(code, read, seed))
		}
	}
	for _, data := range []struct {
		code     string
		features [][]float64
	}{{audit.CodeRimLinear, rims}, {audit.CodeSize, sizes}, {audit.CodeSource, audit.SourceFeatures(sources)}} {
		scores := audit.Linear(data.features, labels, groups, ensembles.Fold)
		list = append(list, measured.Audit{Code: data.code, AUC: audit.AUC(scores, labels, groups, seed), N: len(labels)})
	}
	return list
}

// byModel is what the model makes of pictures that were changed.
func byModel(code string, read []*scan, seed uint64) measured.Audit {
	a := measured.Audit{Code: code}
	var scores []float64
	var labels []int
	var groups []string
	for _, s := range read {
		logit, ok := s.audited[code]
		if !ok {
			a.Unread++
			continue
		}
		scores, labels, groups = append(scores, logit), append(labels, s.picture.Label), append(groups, s.picture.Group)
	}
	a.N, a.AUC = len(scores), audit.AUC(scores, labels, groups, seed)
	return a
}

func sumOf(g model.Gray) [sha256.Size]byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d %d\n", g.Rows, g.Columns) // a hash does not fail
	buffer := make([]byte, 0, 4*len(g.Pix))
	for _, v := range g.Pix {
		buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
	}
	_, _ = h.Write(buffer)
	return [sha256.Size]byte(h.Sum(nil))
}
