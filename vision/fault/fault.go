// Package fault names what can be wrong with a scan.
//
// Every failure of opening, decoding or writing a scan is a *fault.Error: what
// kind of failure, in which file, and the detail that the log needs. Package
// app turns the kind into the sentence that a radiologist reads; nothing else
// in the program words an error for the reader.
package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Kind is what is wrong, independent of the file format.
type Kind string

// The kinds. Each has exactly one sentence in package app, and a test there
// fails when a kind has none.
const (
	NotFound      Kind = "not found"      // the path names nothing, or the file went away while it was read
	NoPermission  Kind = "no permission"  // the operating system refuses to read or write it
	IsDirectory   Kind = "is a directory" // a folder where a file was wanted
	NotAFile      Kind = "not a file"     // a device, a pipe, a socket
	NoScans       Kind = "no scans"       // a folder in which nothing is a scan
	Empty         Kind = "empty"          // zero bytes
	NotAScan      Kind = "not a scan"     // neither DICOM nor a picture format that is read here
	Truncated     Kind = "truncated"      // the file ends before its data do
	BadHeader     Kind = "bad header"     // header fields missing, contradictory or out of range
	TooLarge      Kind = "too large"      // more pixels or bytes than the limits allow
	TooSmall      Kind = "too small"      // fewer pixels than a model looks at
	NoPixels      Kind = "no pixels"      // a readable DICOM object without an image (report, plan, index)
	Syntax        Kind = "syntax"         // a transfer syntax that is not read; Detail names it with its UID
	PixelFormat   Kind = "pixel format"   // a pixel layout that is not read; Detail names it
	Corrupt       Kind = "corrupt"        // the encoded data contradict themselves
	Differs       Kind = "differs"        // a note, no failure: header and image data disagree, and the image data were followed
	DiskFull      Kind = "disk full"      // no space left where a file was to be written
	CannotWrite   Kind = "cannot write"   // any other failure while writing
	CannotRead    Kind = "cannot read"    // any other failure while reading
	Interrupted   Kind = "interrupted"    // the user cancelled
	NotEnoughRAM  Kind = "not enough RAM" // the operating system or OpenCV has no memory left
	Died          Kind = "decoder died"   // the data brought down the process that decoded them
	TimedOut      Kind = "timed out"      // decoding took longer than a picture of its size may
	Contradiction Kind = "contradiction"  // a scan is labelled in two ways
	Unlabelled    Kind = "unlabelled"     // a table has no class for a scan
	UnknownClass  Kind = "unknown class"  // a table has a class that is not known; Detail names it
	NotKept       Kind = "not kept"       // what the reader does can be kept in memory only
	InternalError Kind = "internal"       // a defect of ours, caught before it could take the window down

	// Notes on how the images of a series lie; the series opens all the same.
	Gap              Kind = "gap"               // slices may be missing
	Duplicate        Kind = "duplicate"         // images at the same place, or the same image twice
	Uneven           Kind = "uneven"            // distances between slices differ, or slices are sheared
	MixedOrientation Kind = "mixed orientation" // images of several directions in one series
	MixedSize        Kind = "mixed size"        // images of several sizes in one series

	// Notes on presentation states and reports; the images open all the same.
	BadPresentation Kind = "bad presentation state"   // it cannot be applied; Detail says why
	StrayState      Kind = "stray presentation state" // the images that it refers to are not here

	// Notes on the journal of a study.
	JournalDamaged Kind = "journal damaged" // lines were passed over
	JournalFull    Kind = "journal full"    // what goes beyond the limits can be kept in memory only
	JournalNewer   Kind = "journal newer"   // a newer Lightbox wrote it: it is left alone

	SettingsNewer Kind = "settings newer" // the settings are a newer Lightbox's: they are left alone
)

// Error is one failure with its file.
type Error struct {
	Kind   Kind
	Path   string // the file as the user named it; may be empty
	Detail string // English, for the log and for the sentence's second half; never patient data
	Err    error  // the cause, may be nil

	// Format and Args are what Detail was made of, as for fmt.Sprintf, so that
	// it can be said in another language.
	Format string
	Args   []any
}

func (e *Error) Error() string {
	s := string(e.Kind)
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// New makes an Error whose detail is formatted like fmt.Sprintf.
func New(kind Kind, path, format string, args ...any) *Error {
	return &Error{Kind: kind, Path: path, Detail: fmt.Sprintf(format, args...), Format: format, Args: args}
}

// Because adds the cause.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// Wrap makes an Error around a cause.
func Wrap(kind Kind, path string, err error) *Error {
	return &Error{Kind: kind, Path: path, Err: err}
}

// KindOf tells the kind of the first *Error in err's chain, InternalError if
// there is none and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return InternalError
}

// WithPath returns err with the path filled in where it is missing.
func WithPath(err error, path string) error {
	var e *Error
	if !errors.As(err, &e) || e.Path != "" {
		return err
	}
	c := *e
	c.Path = path
	return &c
}

// Reading classifies an operating system error met while reading path.
func Reading(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return Wrap(NotFound, path, err)
	case errors.Is(err, fs.ErrPermission):
		return Wrap(NoPermission, path, err)
	}
	if st, serr := os.Stat(path); serr == nil && st.IsDir() {
		return Wrap(IsDirectory, path, err)
	}
	return Wrap(CannotRead, path, err)
}

// Writing classifies an operating system error met while writing path.
func Writing(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case diskFull(err):
		return Wrap(DiskFull, path, err)
	case errors.Is(err, fs.ErrPermission):
		return Wrap(NoPermission, path, err)
	case errors.Is(err, fs.ErrNotExist):
		return Wrap(NotFound, path, err)
	}
	return Wrap(CannotWrite, path, err)
}
