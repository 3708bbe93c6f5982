package dicom

import (
	"context"
	"io"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// Limits of Elements. Its list is for people to read: what lies beyond these is
// left out, and the list says so.
const (
	maxElements      = 200_000  // rows of one file; beyond them fault.TooLarge
	maxElementDepth  = 64       // sequences within sequences; deeper ones are named but not entered
	maxElementTexts  = 64 << 20 // bytes of all Element.Value together; beyond them fault.TooLarge
	maxElementText   = 1000     // characters of one value
	maxElementBytes  = 4000     // bytes read of one value: maxElementText characters of UTF-8 at their longest
	maxElementPeek   = 16       // bytes shown of a binary value
	maxUnknownNested = 8 << 20  // bytes of a value of unknown VR that is tried as a sequence
)

// Form is what an Element is, which decides how its value is told.
type Form int

// The forms.
const (
	FormValue     Form = iota // Value is the value, as text
	FormBinary                // Value is the first bytes in hexadecimal
	FormSequence              // Count items follow, one level deeper
	FormItem                  // an item of a sequence, the Count-th; its elements follow, one level deeper
	FormFragments             // encapsulated pixel data: Count fragments of Bytes bytes together
	FormTooDeep               // a sequence that is not entered
)

// Element is one data element of a file as a list for people shows it.
type Element struct {
	Depth int    // 0 in the data set; an item is one deeper than its sequence, its elements one more
	Tag   uint32 // group and element, gggg<<16 | eeee

	// VR is the value representation as it is written or, where it is not
	// written (implicit VR), as PS3.6 has it; "??" where neither tells. An item
	// has none.
	VR string

	// Name and Keyword are those of PS3.6, empty where the attribute is not in
	// it. Of private attributes the DICOM module knows a few; Creator is their
	// Private Creator (PS3.5 section 7.8).
	Name, Keyword, Creator string

	Form  Form
	Count int
	Bytes int64 // of the value; for FormFragments, of the fragments together

	// Undefined is set where a delimiter, not a length, ends the value.
	Undefined bool

	// Value is in the character set of the object (0008,0005), values separated
	// by a backslash, cut after 1,000 characters with an ellipsis.
	Value string

	// Meaning is the name of the UID in Value (PS3.6 annex A), if it has one.
	Meaning string
}

// Elements lists all data elements of the DICOM file at b in their order: the
// file meta information, then the data set, with the elements of sequences
// behind each. Delimiters and fragments are not listed; big values are not read.
//
// Errors are *fault.Error and stand beside what could be read: those of Open,
// BadHeader where a sequence is broken (what follows it is listed if its length
// says where that begins) or nests too deep, TooLarge beyond the limits.
//
// With redecoded, texts are read as GB18030, as [Header.Redecoded] reads them.
func Elements(ctx context.Context, b blob.Blob, redecoded bool) ([]Element, error) {
	in, err := b.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // only read: closing cannot lose anything
	return elementsOf(ctx, in, in.Size(), b.Path(), redecoded)
}

func elementsOf(ctx context.Context, r io.ReaderAt, size int64, path string, redecoded bool) (list []Element, err error) {
	w := &lister{s: &source{ctx: ctx, r: r, size: size, path: path}, known: map[dictionaryKey]dictionaryEntry{}, redecoded: redecoded}
	defer func() {
		if v := recover(); v != nil {
			list, err = w.list, fault.New(fault.Corrupt, path, "the DICOM reader failed: %v", v)
		}
	}()
	switch err := w.s.cancelled(); {
	case err != nil:
		return nil, err
	case size == 0:
		return nil, fault.New(fault.Empty, path, "")
	case size > maxFileBytes:
		return nil, fault.New(fault.TooLarge, path, "%d bytes, limit %d", size, int64(maxFileBytes))
	}
	err = w.file()
	return w.list, err
}

// file lists the meta information and the data set, which may be deflated and
// is then a source of its own.
func (w *lister) file() error {
	uid, off, err := w.s.meta()
	start, meta := int64(0), off
	head, headErr := w.s.peek(0, 132)
	switch {
	case headErr != nil:
		return headErr
	case HasPrefix(head):
		start = 132
	case fault.KindOf(err) == fault.NotAScan:
		return err
	}
	if err != nil {
		meta = w.s.size // as far as it goes
	}
	if metaErr := w.dataSet(start, meta, encoding{explicit: true}); err == nil {
		err = metaErr
	}
	if err != nil {
		return err
	}
	enc, deflated := encodingOf(uid)
	if deflated {
		if w.s, off, err = w.s.inflate(off); err != nil {
			return err
		}
	}
	head, err = w.s.peek(off, 12)
	switch {
	case err != nil:
		return err
	case len(head) == 0:
		return fault.New(fault.Truncated, w.s.path, "nothing follows the file meta information")
	}
	err = w.dataSet(off, w.s.size, sniffDataSet(head, enc, uid != ""))
	if err == nil && len(w.list) == 0 {
		return fault.New(fault.Truncated, w.s.path, "only zeros follow the DICOM prefix")
	}
	return err
}

// lister walks over a file and writes the list.
type lister struct {
	s     *source
	list  []Element
	texts int // bytes of the values in list
	stack []listLevel
	fault error // the first that was passed over
	known map[dictionaryKey]dictionaryEntry

	redecoded bool // texts are GB18030, whatever the object says
}

// listLevel is one open sequence, or one open data set: the file's own or an
// item. What lies in it must not pass limit, the nearest known end around it.
type listLevel struct {
	level
	limit    int64
	set      charset
	signed   bool           // Pixel Representation, for values that are US or SS
	creators map[tag]string // Private Creator by group and block, gggg<<16 | bb
	row      int            // of the sequence
}

// dataSet lists the elements from off to end. It keeps its own stack, so that
// deep nesting costs memory in proportion to maxElementDepth only.
func (w *lister) dataSet(off, end int64, e encoding) error {
	top := listLevel{level: level{item: true, end: end, enc: e}, limit: end}
	if w.redecoded {
		top.set = gb18030
	}
	w.stack = []listLevel{top}
	for len(w.stack) > 0 {
		top := &w.stack[len(w.stack)-1]
		if top.end >= 0 && off >= top.end {
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		next, err := w.next(off, top)
		if err == nil {
			off = next
			continue
		}
		var ok bool
		if off, ok = w.resume(err); !ok {
			break
		}
	}
	return w.fault
}

// resume notes a fault and leaves the levels that it makes unreadable. ok is
// false where nothing tells how to go on.
func (w *lister) resume(err error) (off int64, ok bool) {
	if k := fault.KindOf(err); k != fault.BadHeader && k != fault.Truncated {
		w.fault = err // of the disk, the user or the limits
		return 0, false
	}
	w.note(err)
	for len(w.stack) > 1 {
		top := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		if top.end >= 0 {
			return top.end, true
		}
	}
	return 0, false
}

// next lists what stands at off in top and returns the offset to go on at.
func (w *lister) next(off int64, top *listLevel) (int64, error) {
	el, err := w.s.element(off, top.enc)
	if len(w.stack) == 1 && err == nil {
		el = w.s.settled(el, top.enc)
	}
	if len(w.stack) == 1 && (err != nil || el.tag == 0) && w.s.padding(off) {
		return top.end, nil // zeros that some writers append
	}
	switch {
	case err != nil:
		return 0, err
	case el.value > top.limit:
		return 0, w.beyond(el, top.limit)
	case el.tag == tagItemEnd || el.tag == tagSeqEnd:
		closes, consumed := top.delimited(el.tag)
		if closes {
			w.stack = w.stack[:len(w.stack)-1]
		}
		if consumed {
			return el.value, nil
		}
		return off, nil
	case len(w.list) >= maxElements:
		return 0, fault.New(fault.TooLarge, w.s.path, "more than %d data elements", maxElements)
	case w.texts > maxElementTexts:
		return 0, fault.New(fault.TooLarge, w.s.path, "more than %d bytes of values", maxElementTexts)
	case !top.item && el.tag != tagItem, top.item && el.tag>>16 == 0xFFFE:
		return 0, w.s.contradiction(el, off)
	case !top.item:
		return w.item(el, top), nil
	}
	return w.element(el, top)
}

// beyond words an element that ends behind what surrounds it.
func (w *lister) beyond(el element, limit int64) error {
	if limit >= w.s.size {
		return fault.New(fault.Truncated, w.s.path, "element %v has %d bytes, %d of them in the file", el.tag, el.length, max(0, w.s.size-el.value))
	}
	return fault.New(fault.BadHeader, w.s.path, "element %v goes on past byte %d, where its item ends", el.tag, limit)
}

// item enters an item of the sequence top.
func (w *lister) item(el element, top *listLevel) int64 {
	w.list[top.row].Count++
	w.list = append(w.list, Element{
		Depth: len(w.stack) - 1, Tag: uint32(el.tag), Form: FormItem, Count: w.list[top.row].Count,
		Bytes: lengthOf(el), Undefined: el.length == undefined,
	})
	in := *top // the item has what surrounds it until it says otherwise
	in.item, in.creators = true, nil
	return w.enter(el, in)
}

// enter opens a level with the extent of el. What is there of one that is cut
// off is listed.
func (w *lister) enter(el element, in listLevel) int64 {
	in.end = -1
	if el.length != undefined {
		in.end = el.value + int64(el.length)
		if in.end > in.limit {
			w.note(w.beyond(el, in.limit))
			in.end = in.limit
		}
		in.limit = in.end
	}
	w.stack = append(w.stack, in)
	return el.value
}

// note remembers the first fault that is passed over.
func (w *lister) note(err error) {
	if w.fault == nil {
		w.fault = err
	}
}

func lengthOf(el element) int64 {
	if el.length == undefined {
		return 0
	}
	return int64(el.length)
}

// element lists el, and enters it if it is a sequence.
func (w *lister) element(el element, top *listLevel) (int64, error) {
	row, entry := w.describe(el, top)
	switch {
	case row.Form == FormSequence:
		w.list = append(w.list, row)
		in := *top
		in.item, in.enc, in.creators, in.row = false, el.inner(top.enc), nil, len(w.list)-1
		if len(w.stack) <= 2*maxElementDepth {
			return w.enter(el, in), nil
		}
		w.list[in.row].Form = FormTooDeep
		w.note(fault.New(fault.BadHeader, w.s.path, "the sequence %v nests deeper than %d levels", el.tag, maxElementDepth))
		return w.s.end(el, top.enc)
	case row.Form == FormFragments:
		end, err := w.fragments(el, &row, top)
		w.list = append(w.list, row)
		return end, err
	}
	end := el.value + int64(el.length)
	if err := w.value(el, min(end, top.limit), &row, entry, top); err != nil {
		return 0, err
	}
	w.texts += len(row.Value)
	w.list = append(w.list, row)
	if end > top.limit {
		return 0, w.beyond(el, top.limit)
	}
	return end, nil
}

// fragments counts those of encapsulated pixel data. The first item is the
// Basic Offset Table and not counted (PS3.5 A.4).
func (w *lister) fragments(el element, row *Element, top *listLevel) (int64, error) {
	reach := w.s.reach
	w.s.reach = 16 // fragments are large: read no more than their headers
	defer func() { w.s.reach = reach }()
	off := el.value
	for n := -1; n < maxFragments; n++ {
		it, err := w.s.element(off, top.enc)
		switch {
		case err != nil:
			return 0, err
		case it.tag == tagSeqEnd:
			return it.value, nil
		case it.tag != tagItem || it.length == undefined:
			return 0, w.s.contradiction(el, off)
		}
		if off = it.value + int64(it.length); off > top.limit {
			return 0, w.beyond(it, top.limit)
		}
		if n >= 0 {
			row.Count, row.Bytes = row.Count+1, row.Bytes+int64(it.length)
		}
	}
	return 0, fault.New(fault.TooLarge, w.s.path, "more than %d fragments of pixel data", maxFragments)
}
