package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lightbox/vision"
	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// Tag is one row of what a file says of itself: a DICOM data element or, with
// Label set, a line of another format's header.
type Tag struct {
	vision.Tag
	Label Term // names the Value of a file that is no DICOM
}

// TagList is what a file says of itself.
type TagList struct {
	Path  string
	DICOM bool
	Tags  []Tag
	Fault *Message // why the list is not complete; nil if it is
}

// Tags lists what the file at b says of itself. Of a file that cannot be read
// to its end, the rows up to there stand beside the error, a *fault.Error. With
// redecoded, texts are read as GB18030.
func Tags(ctx context.Context, b blob.Blob, redecoded bool) (list []Tag, dicom bool, err error) {
	defer fault.Contain(b.Path(), &err)
	format, err := vision.DetectBlob(b)
	if err != nil {
		return nil, false, err
	}
	if format != vision.DICOM {
		file, err := vision.OpenFile(ctx, b)
		if err != nil {
			return nil, false, err
		}
		return headerRows(file), false, nil
	}
	elements, err := vision.Tags(ctx, b, redecoded)
	list = make([]Tag, len(elements))
	for i := range elements {
		list[i].Tag = elements[i]
	}
	return list, true, err
}

// ReadTags lists what the file on screen says of itself and calls done with it,
// on the session's goroutine, unless stop is called first. With nothing open,
// stop is nil and done is not called.
func (s *Session) ReadTags(done func(*TagList)) (stop func()) {
	k := s.state.Stack()
	if k == nil || s.state.Frame >= len(k.Frames) {
		return nil
	}
	b := k.Frames[s.state.Frame].Item.Blob
	redecoded, demo := s.state.Redecoded, s.state.Demo
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		list := &TagList{Path: b.Path()}

		var err error
		list.Tags, list.DICOM, err = Tags(ctx, b, redecoded)
		if demo {
			maskTags(list.Tags)
			list.Path = ""
		}
		s.post(func() {
			if ctx.Err() != nil {
				return
			}
			cancel()
			if err != nil {
				logProblem(err)
				m := s.state.Explain(err)
				list.Fault = &m
			}
			done(list)
		})
	}()
	return cancel
}

// headerRows tells what NIfTI and picture files say of themselves.
func headerRows(f *vision.File) []Tag {
	h := &f.Header
	var rows []Tag
	add := func(label Term, value string) {
		if value != "" {
			rows = append(rows, Tag{Label: label, Tag: vision.Tag{Value: value}})
		}
	}
	add(Term("Format"), string(f.Format))
	add(Term("Columns"), strconv.Itoa(h.Columns))
	add(Term("Rows"), strconv.Itoa(h.Rows))
	add(Term("Samples per pixel"), strconv.Itoa(h.Samples))
	add(Term("Bits per sample"), strconv.Itoa(h.BitsAllocated))
	v := f.NIfTI()
	if v == nil {
		return rows
	}
	add(Term("Data type"), v.Datatype.String())
	add(Term("Slices"), strconv.Itoa(v.Slices))
	add(Term("Points in time"), strconv.Itoa(v.Times))
	if v.TimeStep > 0 {
		add(Term("Time step, s"), numbers([]float64{v.TimeStep}))
	}
	add(Term("Distance of columns, rows and slices, mm"), numbers(v.Spacing[:]))
	add(Term("Direction of rows and columns (DICOM)"), numbers(v.Orientation))
	add(Term("Position of the first pixel, mm (DICOM)"), numbers(v.Position(0)))
	add(Term("Position and direction from"), v.GeometryFrom)
	add(Term("Rescale slope and intercept"), numbers([]float64{v.Slope, v.Intercept}))
	if v.Window != nil {
		add(Term("Range to show"), numbers([]float64{v.Window.Min, v.Window.Max}))
	}
	add(Term("Note of its writer"), v.Description)
	return rows
}

// numbers joins values as DICOM does.
func numbers(values []float64) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = fmt.Sprintf("%.6g", v)
	}
	return strings.Join(parts, `\`)
}
