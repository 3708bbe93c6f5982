package dicom

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cocosip/go-dicom/pkg/dicom/dataset"
	"github.com/cocosip/go-dicom/pkg/dicom/dict"
	"github.com/cocosip/go-dicom/pkg/dicom/parser"
	moduletag "github.com/cocosip/go-dicom/pkg/dicom/tag"
	moduleuid "github.com/cocosip/go-dicom/pkg/dicom/uid"

	"lightbox/vision/fault"
)

// This file is the only one that knows the DICOM module. It gets elements whose
// lengths and nesting have been checked, and gives them back as attributes; and
// it asks the module's dictionaries.

// attribute is one element with its value as stored.
type attribute struct {
	vr    string
	big   bool
	data  []byte
	items []attributes // of a sequence
}

// attributes is a data set by tag.
type attributes map[tag]attribute

// attributes parses what was collected. An attribute that the module cannot
// parse is absent; only a cancelled context and a panic inside it are errors.
func (c *collected) attributes(ctx context.Context, path string) (attributes, error) {
	all := make(attributes, len(c.native)+len(c.implicit))
	uid := ImplicitLE
	switch {
	case c.enc.explicit && c.enc.big:
		uid = ExplicitBE
	case c.enc.explicit:
		uid = ExplicitLE
	}
	if err := parseInto(ctx, all, uid, c.native, path); err != nil {
		return nil, err
	}
	return all, parseInto(ctx, all, ImplicitLE, c.implicit, path)
}

// parseInto parses the elements together and, where that fails, one by one, so
// that an ill-formed one takes only itself away.
func parseInto(ctx context.Context, all attributes, uid string, elements [][]byte, path string) error {
	if len(elements) == 0 {
		return nil
	}
	err := parseSome(ctx, all, uid, elements)
	if err == nil {
		return nil
	}
	for _, el := range elements {
		if ctx.Err() != nil {
			return fault.Wrap(fault.Interrupted, path, ctx.Err())
		}
		if err := parseSome(ctx, all, uid, [][]byte{el}); isPanic(err) {
			return fault.New(fault.Corrupt, path, "the DICOM parser failed on an attribute").Because(err)
		}
	}
	return nil
}

type panicError struct{ value any }

func (e panicError) Error() string { return fmt.Sprint("panic: ", e.value) }

func isPanic(err error) bool {
	var p panicError
	return errors.As(err, &p)
}

func parseSome(ctx context.Context, all attributes, uid string, elements [][]byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicError{v}
		}
	}()
	// A preamble and the one meta element that tells the syntax: without them
	// the module would look for "DICM" among the values.
	if len(uid)%2 != 0 {
		uid += "\x00"
	}
	b := append(make([]byte, 128, 4096), "DICM"...)
	b = append(b, encodeElement(tagTransferSyntax, "UI", uint32(len(uid)), []byte(uid), binary.LittleEndian)...)
	b = append(b, bytes.Join(elements, nil)...)
	res, err := parser.Parse(bytes.NewReader(b), parser.WithContext(ctx), parser.WithReadOption(parser.ReadAll),
		parser.WithMaxElementSize(maxSequenceBytes))
	if err != nil {
		return err
	}
	for t, a := range convert(res.Dataset, uid == ExplicitBE+"\x00" || uid == ExplicitBE, 0) {
		all[t] = a
	}
	return nil
}

// convert turns the module's data set into ours. Its depth is bounded by what
// collect let through; the bound here only guards against a defect of ours.
func convert(ds *dataset.Dataset, big bool, depth int) attributes {
	out := make(attributes, ds.Count())
	if depth > 2*maxKeptDepth {
		return out
	}
	for _, el := range ds.Elements() {
		a := attribute{vr: el.ValueRepresentation().Code(), big: big}
		if seq, ok := el.(*dataset.Sequence); ok {
			for _, item := range seq.GetItems() {
				a.items = append(a.items, convert(item, big, depth+1))
			}
		} else if buf := el.Buffer(); buf != nil {
			a.data = buf.Data()
		}
		out[tag(el.Tag().ToUint32())] = a
	}
	return out
}

// dictionaryOf asks the dictionary of the standard (PS3.6), or the one that the
// module has of a manufacturer.
func dictionaryOf(key dictionaryKey) dictionaryEntry {
	t := moduletag.New(uint16(key.tag>>16), uint16(key.tag))
	if private(key.tag) {
		t = moduletag.NewWithPrivateCreator(t.Group(), t.Element(), moduletag.NewPrivateCreator(key.creator))
	}
	entry := dict.Default().Lookup(t)
	switch {
	case entry == nil:
		return dictionaryEntry{}
	case entry.Name() == "Unknown": // of manufacturers, the VR alone is known
		return dictionaryEntry{vrs: entry.VRs()}
	}
	return dictionaryEntry{name: entry.Name(), keyword: entry.Keyword(), vrs: entry.VRs()}
}

// uidName names a UID of the standard (PS3.6 annex A), "" if it is none.
func uidName(value string) string { return moduleuid.Parse(value, "", moduleuid.TypeUnknown).Name() }
