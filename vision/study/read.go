package study

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
	"lightbox/vision/format"
	"lightbox/vision/nifti"
)

// result is what a file turned out to be. A file that is no scan and was not
// named leaves nothing.
type result struct {
	item *Item
	more []source // the files in an archive or of a DICOMDIR
	err  error
}

// heads keeps the buffers in which the first bytes of files are read.
var heads = sync.Pool{New: func() any { b := make([]byte, format.SniffBytes); return &b }}

// read looks into one file. A panic becomes the fault of that file.
func (x *indexer) read(ctx context.Context, s source) (r result) {
	defer fault.Contain(s.path(), &r.err)
	if s.err != nil {
		return result{err: s.err}
	}
	if ctx.Err() != nil {
		return result{}
	}
	r = x.look(ctx, s)
	if r.item != nil {
		r.item.Named = s.named
		x.names.intern(r.item)
	}
	switch k := fault.KindOf(r.err); {
	case k == fault.Interrupted:
		return result{}
	case !s.named && (k == fault.NotAScan || k == fault.Empty):
		r.err = nil
	}
	return r
}

// look tells by its content what a file is and reads its header.
func (x *indexer) look(ctx context.Context, s source) result {
	in, err := s.blob.Open()
	if err != nil {
		return result{err: err}
	}
	defer func() { _ = in.Close() }() // only read: nothing is lost by a failing close
	buffer := heads.Get().(*[]byte)
	defer heads.Put(buffer)
	n, err := in.ReadAt(*buffer, 0)
	head := (*buffer)[:n]
	switch {
	case in.Size() == 0:
		return result{err: fault.New(fault.Empty, s.path(), "0 bytes")}
	case err != nil && !errors.Is(err, io.EOF):
		return result{err: fault.WithPath(reading(s.path(), err), s.path())}
	case !dicom.HasPrefix(head) && blob.IsZip(head): // a preamble may hold anything
		return x.archive(s)
	}
	switch f := format.Of(head); {
	case f == format.DICOM && dicom.IsDirectory(head):
		return x.directory(ctx, s)
	case f == format.DICOM:
		return x.dicom(ctx, s, in)
	case f == format.NIfTI:
		v, err := nifti.Open(ctx, s.blob)
		if err != nil {
			return result{err: err}
		}
		return result{item: FromNIfTI(s.blob, v)}
	case f == "":
		return result{err: fault.New(fault.NotAScan, s.path(), "neither DICOM nor NIfTI, PNG, JPEG, TIFF or BMP")}
	case !s.named && x.options.Skip != nil && x.options.Skip(s.path()):
		return result{}
	default:
		item, err := fromPicture(s.blob, in, f)
		return result{item: item, err: err}
	}
}

// dicom reads a DICOM header from what is open already.
func (x *indexer) dicom(ctx context.Context, s source, in blob.Reader) result {
	f, err := dicom.Parse(ctx, in, in.Size(), s.path())
	if err != nil {
		return result{err: err}
	}
	item := FromDICOM(s.blob, &f.Header, f.Check())
	item.Frames = min(item.Frames, holdable(&f.Header, in.Size()))
	return result{item: item}
}

// holdable is how many frames to list of an object in a file of this size. A
// header that claims millions costs nothing; up to 10,000 are listed even if
// the file is cut short, so that it is seen what is missing.
func holdable(h *dicom.Header, size int64) int {
	const (
		smallest     = 8    // bytes of a compressed frame: the header of its fragment
		deflateRatio = 1032 // what a byte can stand for (zlib technical details)
	)
	frame := int64(h.Rows) * int64(h.Columns) * int64(max(1, h.Samples)) * int64(max(1, h.BitsAllocated)) / 8
	switch {
	case !h.Syntax.Native():
		frame = smallest
	case h.Syntax.UID == dicom.DeflatedLE:
		size *= deflateRatio
	}
	return int(max(size/max(1, frame), maxUnseenFrames))
}

// directory follows a DICOMDIR that the user named. In a folder it is passed
// over: the walk finds its files by itself, and those that it forgot.
func (x *indexer) directory(ctx context.Context, s source) result {
	if !s.named {
		return result{}
	}
	more, err := references(ctx, s.blob)
	return result{more: more, err: err}
}

// archive lists a ZIP file. One inside of another is passed over.
func (x *indexer) archive(s source) result {
	if s.inner {
		return result{}
	}
	entries, err := blob.Zip(s.path())
	if err != nil {
		return result{err: err}
	}
	var more []source
	for _, e := range entries {
		if !hidden(strings.TrimPrefix(e.Path(), s.path())) {
			more = append(more, source{blob: e, inner: true})
		}
	}
	return result{more: more}
}

// reading keeps a fault as it is and classifies anything else.
func reading(path string, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return fault.Reading(path, err)
}

// interner keeps one copy of each text that many files share.
type interner struct {
	mu    sync.Mutex
	texts map[string]string
}

func (n *interner) intern(i *Item) {
	n.mu.Lock()
	defer n.mu.Unlock()
	const most = 1 << 16 // texts; beyond, they are no longer shared by many
	for _, s := range []*string{
		&i.SOPClassUID, &i.StudyUID, &i.SeriesUID, &i.PatientName, &i.PatientID, &i.BirthDate, &i.Sex, &i.Age,
		&i.StudyDate, &i.StudyTime, &i.StudyDescription, &i.Accession, &i.Institution, &i.SeriesNumber,
		&i.SeriesDescription, &i.SeriesDate, &i.SeriesTime, &i.Modality, &i.BodyPart, &i.ViewPosition, &i.Laterality,
		&i.Protocol, &i.FrameOfReferenceUID, &i.AcquisitionNumber, &i.EchoTime, &i.TemporalPosition, &i.Photometric,
		&i.ImageType, &i.SliceThickness,
	} {
		if *s == "" {
			continue
		}
		if t, known := n.texts[*s]; known {
			*s = t
		} else if len(n.texts) < most {
			t = strings.Clone(*s)
			n.texts[t], *s = t, t
		}
	}
}
