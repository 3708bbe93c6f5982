package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"lightbox/vision"
	"lightbox/vision/fault"
)

// sentences has one sentence for each kind of fault: which file, what is
// wrong, what to do.
var sentences = map[fault.Kind]string{
	fault.NotFound:      "{{.File}} cannot be found. It may have been moved or deleted, or its drive disconnected: check the path and open it again.",
	fault.NoPermission:  "{{.File}} may not be accessed with your user rights. Ask its owner for permission, or use a folder of your own.",
	fault.IsDirectory:   "{{.File}} is a folder. Open it with Open folder, or choose a file in it.",
	fault.NotAFile:      "{{.File}} is no file that can be read, but {{.Detail}}. Choose a file.",
	fault.NoScans:       "{{.File}} holds no scan that can be read ({{.Detail}}). Choose a folder with DICOM, NIfTI, PNG, JPEG, TIFF or BMP files.",
	fault.Empty:         "{{.File}} is empty (0 bytes). Copy or export it again from its source.",
	fault.NotAScan:      "{{.File}} is not a scan: its content is neither DICOM nor NIfTI, PNG, JPEG, TIFF or BMP, whatever its name says. Choose another file.",
	fault.Truncated:     "{{.File}} is incomplete: it ends before its data do ({{.Detail}}). Copy or export it again from its source.",
	fault.BadHeader:     "{{.File}} describes its image in a way that cannot be true ({{.Detail}}). Export it again from its source, or report it to its manufacturer.",
	fault.TooLarge:      "{{.File}} is larger than Lightbox can open ({{.Detail}}). Export it smaller or in parts.",
	fault.TooSmall:      "{{.File}} is too small for the model ({{.Detail}}). Leave it out, or take the original.",
	fault.NoPixels:      "{{.File}} is a DICOM object without an image ({{.Detail}}). Choose an image of the same study.",
	fault.Syntax:        "{{.File}} is stored in a transfer syntax that this version does not read: {{.Detail}}. Export it uncompressed (Explicit VR Little Endian).",
	fault.PixelFormat:   "{{.File}} has a pixel format that this version does not show: {{.Detail}}. Export it as gray, palette, RGB or YBR.",
	fault.Corrupt:       "{{.File}} is damaged: its data contradict themselves ({{.Detail}}). Copy or export it again from its source.",
	fault.DiskFull:      "{{.File}} could not be written: the disk is full. Free some space or choose another folder; nothing was left half-written.",
	fault.CannotWrite:   "{{.File}} could not be written ({{.Detail}}). Choose another folder; nothing was left half-written.",
	fault.CannotRead:    "{{.File}} could not be read ({{.Detail}}). Check the drive or the network share and open it again.",
	fault.Interrupted:   "Opening {{.File}} was cancelled.",
	fault.NotEnoughRAM:  "There is not enough memory for {{.File}} ({{.Detail}}). Close other programs and open it again.",
	fault.Differs:       "{{.File}} says one thing in its header and another in its image data ({{.Detail}}). The image data were followed.",
	fault.Died:          "{{.File}} could not be decoded: its data brought the decoder down ({{.Detail}}). Nothing else is affected; copy or export it again from its source.",
	fault.TimedOut:      "{{.File}} could not be decoded in time ({{.Detail}}). If the computer is busy, open it again; otherwise copy or export it again from its source.",
	fault.Contradiction: "{{.File}} is labelled in two ways ({{.Detail}}). It is left out of training and figures: put its table right and start again.",
	fault.Unlabelled:    "{{.File}} has no label. It is left out of training and figures: fill in its row of the table and start again.",
	fault.UnknownClass:  "{{.File}} has a label that is not known ({{.Detail}}). It is left out of training: put its table right and start again.",
	fault.NotKept:       "Measurements, marks and settings of studies cannot be saved at the moment: {{.File}} in Lightbox's folder cannot be written ({{.Detail}}). Free some space or make the folder writable; what you do now is kept until Lightbox closes.",
	fault.InternalError: "Lightbox could not handle {{.File}} because of a fault of its own ({{.Detail}}). The scan that was open is unchanged; please report this.",

	// Notes on a series.
	fault.Gap:              "Slices may be missing from the series of {{.File}}: {{.Detail}}. Compare the number of images with the source and copy the series again.",
	fault.Duplicate:        "Images are repeated in the series of {{.File}}: {{.Detail}}. Check whether two copies or two scans were put together.",
	fault.Uneven:           "The slices of the series of {{.File}} are not evenly spaced: {{.Detail}}. Do not measure across slices.",
	fault.MixedOrientation: "The series of {{.File}} was split: {{.Detail}}. Each direction is a stack of its own, or they stay in the order of their numbers.",
	fault.MixedSize:        "The series of {{.File}} was split: {{.Detail}}. Each size is a stack of its own.",

	// Notes on presentation states.
	fault.BadPresentation: "The presentation state {{.File}} is not applied: {{.Detail}}. Its images are shown as they are; have it written again by its source.",
	fault.StrayState:      "The presentation state {{.File}} is for images that are not open ({{.Detail}}). Open the whole study to see it applied.",

	// Notes on a journal.
	fault.JournalDamaged: "Part of what was saved of this study is damaged and was left out ({{.Detail}} of {{.File}}). Check your measurements and marks; the rest is there.",
	fault.JournalFull:    "Not all that you do with this study can be saved in {{.File}} ({{.Detail}}). Delete measurements and marks that you no longer need; what is not saved is kept until Lightbox closes.",
	fault.JournalNewer:   "What was saved of this study was written by a newer version of Lightbox ({{.File}}, {{.Detail}}); it is neither shown nor changed. Open the study with that version; what you do now is kept until Lightbox closes.",

	fault.SettingsNewer: "Your settings were written by a newer version of Lightbox ({{.File}}, {{.Detail}}); they are neither used nor changed. This version keeps settings of its own beside them.",
}

// Explain turns an error into a sentence that a radiologist can act on. The
// file is named by its base name; the command line names the whole path beside
// the sentence anyway.
func Explain(err error) Message {
	var filter *vision.FilterError
	if errors.As(err, &filter) {
		return impossible(filter)
	}
	var e *fault.Error
	if !errors.As(err, &e) {
		e = fault.Wrap(fault.InternalError, "", err)
		if errors.Is(err, context.Canceled) {
			e.Kind = fault.Interrupted
		}
	}
	text, ok := sentences[e.Kind]
	if !ok {
		text = sentences[fault.InternalError]
	}
	return Say(text, "File", fileName(e.Path), "Detail", detail(e))
}

// parameterTerms name the parameters of filters as a sentence begins with them.
var parameterTerms = map[vision.ParameterName]Term{
	vision.Kernel:   Term("The kernel"),
	vision.Sigma:    Term("Sigma"),
	vision.Amount:   Term("The amount"),
	vision.Aperture: Term("The aperture"),
	vision.Clip:     Term("The clip limit"),
	vision.Tiles:    Term("The number of tiles"),
	vision.Low:      Term("The low threshold"),
	vision.High:     Term("The high threshold"),
	vision.Norm:     Term("The norm"),
}

// impossible says what a parameter of a filter must be.
func impossible(e *vision.FilterError) Message {
	p := e.Parameter()
	gaps := []any{"Parameter", parameterTerms[e.Name], "Min", p.Min, "Max", p.Max, "Value", e.Value}
	switch {
	case p.Odd:
		return Say("{{.Parameter}} must be an odd whole number from {{.Min}} to {{.Max}}; {{.Value}} is not.", gaps...)
	case p.Whole:
		return Say("{{.Parameter}} must be a whole number from {{.Min}} to {{.Max}}; {{.Value}} is not.", gaps...)
	}
	return Say("{{.Parameter}} must be a number from {{.Min}} to {{.Max}}; {{.Value}} is not.", gaps...)
}

func fileName(path string) any {
	if path == "" {
		return Term("The file")
	}
	return Printable(filepath.Base(path))
}

// Detail is the second half of a sentence, kept apart so that it can be
// translated: a format as for fmt.Sprintf and what fills it.
type Detail struct {
	Format string
	Args   []any
}

func (d Detail) String() string { return d.In(d.Format) }

// In is the detail with a translation of its format.
func (d Detail) In(format string) string { return Printable(fmt.Sprintf(format, d.Args...)) }

const noDetail = "no further detail"

// detail is the fault's own detail or, where it has none, its cause's.
func detail(e *fault.Error) Detail {
	switch {
	case e.Format != "":
		return Detail{e.Format, e.Args}
	case e.Detail != "":
		return Detail{"%s", []any{e.Detail}}
	case e.Err == nil:
		return Detail{Format: noDetail}
	}
	return Detail{"%s", []any{cause(e)}}
}

// detailOf is the detail of any fault.
func detailOf(err error) Detail {
	var e *fault.Error
	if !errors.As(err, &e) {
		return Detail{"%s", []any{err.Error()}}
	}
	return detail(e)
}

// cause words the error behind a fault that has no detail of its own.
func cause(e *fault.Error) string {
	// The causes on top name the path again; the one at the bottom says why.
	err := e.Err
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// Printable keeps what a hostile file or file name says from moving the
// cursor of a terminal or breaking a sentence in two.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}
