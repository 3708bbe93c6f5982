// Package dicom reads DICOM image objects: header, stored values and lookup
// tables, as they are in the file. It rescales, windows and colours nothing.
//
// It takes a file for hostile. Its own reader walks over the structure, holds
// every length against the file and every size against limits.go, and copies
// the few attributes that Header needs; only these go through the DICOM module,
// which module.go alone knows. Pixel data are read by frame.go.
package dicom

import (
	"bytes"
	"context"
	"io"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// File is an opened DICOM object: its header, and where its pixel data are. It
// holds no file handle and may be used by several goroutines.
type File struct {
	Header
	Path string // as given to Open; "" for Parse of data without a name

	// Decoder decodes compressed frames; it must be set before the first of
	// them is asked for. Decoding in this process is for tests: hostile data
	// belong into a worker.
	Decoder codec.Decoder

	enc      encoding
	pixel    *element    // nil where the object has no pixel data
	stored   int64       // bytes of pixel data that are really there
	data     []byte      // the pixel data, where they were read while opening
	blob     blob.Blob   // where they were not: opened again for each frame
	origin   io.ReaderAt // instead of blob: what Parse was given or the inflated data set
	size     int64       // of blob or origin, where elements are looked for
	overlays []overlayPlace
	faults   []error // of sequences that were passed over
	offsets  extendedOffsets
	index    fragmentIndex

	// Faults of writers: fragments in an element of defined length, and a
	// codestream that is the value without any.
	defined, bare bool
}

// Open reads the DICOM file at path (PS3.10). Pixel data of up to 64 MiB are
// read with it; of a larger object each frame is read when it is asked for.
// progress, which may be nil, is told the bytes read and the file's size.
//
// Every error is a *fault.Error: NotFound, NoPermission, IsDirectory, Empty,
// NotAScan, Truncated (the file ends before its header does), BadHeader (its
// structure is broken), TooLarge, Corrupt (deflated data), CannotRead,
// Interrupted. An object without pixel data, with a transfer syntax that is
// not read or with pixel data cut short opens without error; Check and Frame
// tell.
func Open(ctx context.Context, path string, progress func(done, total int64)) (*File, error) {
	return open(ctx, blob.File(path), progress, keepPixelBytes)
}

// OpenHeader is Open without reading pixel data, for lists and series.
func OpenHeader(ctx context.Context, path string) (*File, error) {
	return open(ctx, blob.File(path), nil, 0)
}

// OpenWhole is Open for data wherever they are.
func OpenWhole(ctx context.Context, b blob.Blob, progress func(done, total int64)) (*File, error) {
	return open(ctx, b, progress, keepPixelBytes)
}

// OpenBlob is OpenHeader for data wherever they are.
func OpenBlob(ctx context.Context, b blob.Blob) (*File, error) { return open(ctx, b, nil, 0) }

func open(ctx context.Context, b blob.Blob, progress func(done, total int64), keep int64) (*File, error) {
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: closing cannot lose anything
	f, err := parse(ctx, in, in.Size(), b.Path(), progress, keep)
	if err != nil {
		return nil, err
	}
	if f.origin == io.ReaderAt(in) {
		f.origin, f.blob = nil, b
	}
	return f, nil
}

// Parse is Open for data that are at hand; path only names them in errors and
// may be empty. r must stay readable, and unchanged, as long as frames are
// asked for.
func Parse(ctx context.Context, r io.ReaderAt, size int64, path string) (*File, error) {
	return parse(ctx, r, size, path, nil, 0)
}

// ParseBytes is Parse for a file in memory.
func ParseBytes(ctx context.Context, data []byte, path string) (*File, error) {
	return Parse(ctx, bytes.NewReader(data), int64(len(data)), path)
}

func parse(ctx context.Context, r io.ReaderAt, size int64, path string, progress func(done, total int64), keep int64) (f *File, err error) {
	defer func() {
		if v := recover(); v != nil {
			f, err = nil, fault.New(fault.Corrupt, path, "the DICOM reader failed: %v", v)
		}
	}()
	d, err := begin(ctx, r, size, path)
	if err != nil {
		return nil, err
	}
	s, enc := d.source, d.enc
	c, err := s.collect(d.off, enc, wanted, maxKeptDepth)
	if err != nil {
		return nil, err
	}
	if c.empty {
		return nil, fault.New(fault.Truncated, path, "nothing follows the file meta information")
	}
	a, err := c.attributes(ctx, path)
	if err != nil {
		return nil, err
	}
	f = &File{Header: a.header(SyntaxOf(d.uid)), Path: path, enc: enc, pixel: c.pixel, origin: s.r, size: s.size, overlays: c.overlays, faults: c.faults}
	f.PerFrame = c.perFrame.infos(f.set)
	f.describeOverlays(a, f.set)
	f.offsets = extendedOffsetsOf(a)
	if c.pixel == nil {
		return f, nil
	}
	if err := f.locate(s, progress, keep); err != nil {
		return nil, err
	}
	if progress != nil {
		progress(size, size)
	}
	return f, nil
}

// dataSet is where a file's data set begins, and how it is encoded.
type dataSet struct {
	source *source // the file, or what was deflated in it
	off    int64
	enc    encoding
	uid    string // of the transfer syntax
}

// begin reads the file meta information.
func begin(ctx context.Context, r io.ReaderAt, size int64, path string) (d dataSet, err error) {
	if size == 0 {
		return d, fault.New(fault.Empty, path, "")
	}
	if size > maxFileBytes {
		return d, fault.New(fault.TooLarge, path, "%d bytes, limit %d", size, int64(maxFileBytes))
	}
	d.source = &source{ctx: ctx, r: r, size: size, path: path}
	if err := d.source.cancelled(); err != nil {
		return d, err
	}
	if d.uid, d.off, err = d.source.meta(); err != nil {
		return d, err
	}
	enc, deflated := encodingOf(d.uid)
	if deflated {
		if d.source, d.off, err = d.source.inflate(d.off); err != nil {
			return d, err
		}
	}
	head, err := d.source.peek(d.off, 12)
	if err != nil {
		return d, err
	}
	if len(head) == 0 {
		return d, fault.New(fault.Truncated, path, "nothing follows the file meta information")
	}
	d.enc = sniffDataSet(head, enc, d.uid != "")
	if d.uid == "" {
		d.uid = assumed(d.enc)
	}
	return d, nil
}

// locate finds how much of the pixel data there is, and reads it if it is
// uncompressed and no more than keep bytes.
func (f *File) locate(s *source, progress func(done, total int64), keep int64) (err error) {
	f.stored = s.size - f.pixel.value
	if f.pixel.length != undefined {
		f.stored = min(f.stored, int64(f.pixel.length))
		if err := f.sniffFragments(s); err != nil {
			return err
		}
	}
	if f.stored <= keep && !f.encapsulated() && f.Check() == nil {
		f.data, err = s.load(f.pixel.value, f.stored, progress)
	}
	return err
}

// assumed names the syntax of a data set that does not tell, as DCMTK does.
func assumed(e encoding) string {
	switch {
	case e.explicit && e.big:
		return ExplicitBE
	case e.explicit:
		return ExplicitLE
	}
	return ImplicitLE
}

// meta reads the file meta information (PS3.10 section 7.1), which is explicit
// little endian, and returns the transfer syntax UID, "" if there is none, and
// the offset of the data set. The group length is not trusted: the first
// element of another group ends the meta information.
func (s *source) meta() (uid string, off int64, err error) {
	head, err := s.peek(0, 512)
	if err != nil {
		return "", 0, err
	}
	switch {
	case HasPrefix(head):
		off = 132
	case !Sniff(head):
		return "", 0, fault.New(fault.NotAScan, s.path, "no DICOM prefix and no data set at its start")
	}
	for n := 0; off < s.size; n++ {
		if n > maxMetaElements {
			return "", 0, fault.New(fault.BadHeader, s.path, "more than %d elements of file meta information", maxMetaElements)
		}
		if h, err := s.peek(off, 2); err != nil || len(h) < 2 || h[0] != 2 || h[1] != 0 {
			return uid, off, err
		}
		el, err := s.element(off, encoding{explicit: true})
		if err != nil {
			return "", 0, err
		}
		end, err := s.end(el, encoding{explicit: true})
		if err != nil {
			return "", 0, err
		}
		if el.tag == tagTransferSyntax && end-el.value <= 128 {
			v, err := s.bytes(el.value, end-el.value)
			if err != nil {
				return "", 0, err
			}
			uid = string(bytes.Trim(v, " \x00"))
		}
		off = end
	}
	return uid, off, nil
}
