package dicom

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// object is a DICOM object without an image, of which the attributes are read that its
// kind is made of.
type object struct {
	attributes
	header   Header // of patient, study and series
	set      charset
	left     []tag // attributes that are too large or too broken to be read
	document []byte
	overlays bool // it has overlay planes of its own
}

// readObject reads an object of one of some SOP classes; more names what its kind is
// made of beside what every object has. Errors are those of Open, and NotAScan for an
// object of another kind.
func readObject(ctx context.Context, b blob.Blob, redecoded bool, more map[tag]part, kind func(class string) bool) (o *object, err error) {
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: closing cannot lose anything
	return objectOf(ctx, in, in.Size(), b.Path(), redecoded, more, kind)
}

func objectOf(ctx context.Context, r io.ReaderAt, size int64, path string, redecoded bool, more map[tag]part, kind func(class string) bool) (o *object, err error) {
	defer fault.Contain(path, &err)
	d, err := begin(ctx, r, size, path)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(wanted)
	maps.Copy(all, more)
	c, err := d.source.collect(d.off, d.enc, all, maxTreeDepth)
	if err != nil {
		return nil, err
	}
	a, err := c.attributes(ctx, path)
	if err != nil {
		return nil, err
	}
	o = &object{attributes: a, header: a.header(SyntaxOf(d.uid)), left: c.left, overlays: len(c.overlays) > 0}
	o.set = o.header.set
	if redecoded {
		o.set, o.header = gb18030, o.header.Redecoded()
	}
	if !kind(o.header.SOPClassUID) {
		return nil, fault.New(fault.NotAScan, path, "SOP class %s", o.header.SOPClassUID)
	}
	if el := c.document; el != nil && more[tagDocument] != 0 {
		if int64(el.length) > maxDocumentBytes {
			return nil, fault.New(fault.TooLarge, path, "a document of %d bytes, limit %d", el.length, maxDocumentBytes)
		}
		if o.document, err = d.source.load(el.value, int64(el.length), nil); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// decoded gives the value of a text attribute in UTF-8, whole: text that may hold
// backslashes is not split.
func (a attributes) decoded(t tag, set charset) string {
	return strings.Trim(set.decode(string(a[t].data)), " \x00")
}

// first is the first item of a sequence, empty where there is none.
func (a attributes) first(t tag) attributes {
	for _, item := range a[t].items {
		return item
	}
	return attributes{}
}

// leaves tells whether an attribute was left out because it is too large or broken.
func (o *object) leaves(t tag) bool { return slices.Contains(o.left, t) }
