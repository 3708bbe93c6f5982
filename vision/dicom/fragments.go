package dicom

import (
	"slices"
	"sync"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// fragment is one item of encapsulated pixel data.
type fragment struct{ at, length int64 } // of its value

// fragmentIndex is where the fragments lie and which frame each belongs to. It
// is made when the first frame is asked for.
type fragmentIndex struct {
	sync.Mutex
	made      bool
	err       error
	fragments []fragment
	first     []int // fragment that each frame begins with, and one past the last
	cut       bool  // the file ends inside the last fragment or before the delimiter
	note      error // what is wrong with the offset tables
}

// extendedOffsets are the Extended Offset Table and its lengths (PS3.3
// C.7.6.3.1.8), still encoded.
type extendedOffsets struct{ offsets, lengths []byte }

func extendedOffsetsOf(a attributes) extendedOffsets {
	return extendedOffsets{a[tagOffsets].data, a[tagOffsetLengths].data}
}

// indexFragments walks over the fragments once.
func (f *File) indexFragments(s *source) error {
	x := &f.index
	x.Lock()
	defer x.Unlock()
	if x.made {
		return x.err
	}
	if f.bare {
		x.fragments, x.first, x.made = []fragment{{f.pixel.value, f.stored}}, []int{0, 1}, true
		return nil
	}
	table, err := x.walk(s, f.pixel.value)
	if err != nil && fault.KindOf(err) == fault.Interrupted {
		return err // asked for again later
	}
	if err == nil {
		err = x.assign(s, table, f.Frames, f.offsets)
	}
	x.made, x.err = true, err
	return err
}

// walk lists the fragments and returns the Basic Offset Table, which is the
// first item. A file that ends early leaves what it has.
func (x *fragmentIndex) walk(s *source, off int64) (table []byte, err error) {
	for n := 0; ; n++ {
		if n > maxFragments {
			return nil, fault.New(fault.TooLarge, s.path, "more than %d fragments of pixel data", maxFragments)
		}
		p, ok, err := x.item(s, off)
		if err != nil || !ok {
			return table, err
		}
		frame := n > 0
		if !frame {
			// Some writers leave the offset table out.
			if frame, err = s.codestreamAt(p.at, p.length); err != nil {
				return nil, err
			}
		}
		switch {
		case frame:
			x.fragments = append(x.fragments, p)
		case p.length > maxSequenceBytes:
			return nil, fault.New(fault.TooLarge, s.path, "an offset table of %d bytes", p.length)
		default:
			if table, err = s.bytes(p.at, p.length); err != nil {
				return nil, err
			}
		}
		if off = p.at + p.length; x.cut {
			return table, nil
		}
	}
}

// item reads the item at off; ok is false behind the last.
func (x *fragmentIndex) item(s *source, off int64) (p fragment, ok bool, err error) {
	it, err := s.element(off, encoding{explicit: true}) // encapsulated data are little endian (PS3.5 A.4)
	if err == nil && it.tag != tagItem && it.tag != tagSeqEnd && len(x.fragments) > 0 {
		// The last fragment may be longer than it says.
		var next int64
		if next, err = s.nextItem(off); err != nil {
			return p, false, err
		}
		if next > off {
			last := &x.fragments[len(x.fragments)-1]
			last.length = next - last.at
			it, err = s.element(next, encoding{explicit: true})
		}
	}
	switch {
	case fault.KindOf(err) == fault.Truncated:
		x.cut = true
		return p, false, nil
	case err != nil:
		return p, false, err
	case it.tag != tagItem:
		// The delimiter; or whatever else, which no frame can be read from.
		x.cut = it.tag != tagSeqEnd
		return p, false, nil
	}
	p = fragment{it.value, int64(it.length)}
	if p.at+p.length > s.size { // cut short, or of no stated length
		p.length, x.cut = s.size-p.at, true
	}
	return p, true, nil
}

// assign finds which fragments each frame consists of: by the Extended Offset
// Table, by the Basic Offset Table, by their number where each frame has one,
// and last by what the fragments begin with. Tables are often wrong, so one
// that does not fit the fragments is not followed.
func (x *fragmentIndex) assign(s *source, table []byte, frames int, extended extendedOffsets) error {
	n := len(x.fragments)
	if n == 0 {
		return fault.New(fault.Truncated, s.path, "%d of %d frames are in the file", 0, frames)
	}
	o := encoding{}.order()
	var basic, long []int64
	for b := table; len(b) >= 4; b = b[4:] {
		basic = append(basic, int64(o.Uint32(b)))
	}
	for b := extended.offsets; len(b) >= 8; b = b[8:] {
		long = append(long, int64(min(o.Uint64(b), 1<<62)))
	}
	for _, offsets := range [][]int64{long, basic} {
		if len(offsets) == 0 {
			continue
		}
		if x.follow(offsets, frames) {
			return nil
		}
		x.note = fault.New(fault.Differs, s.path, "the offset table does not fit the fragments")
	}
	if n > frames {
		x.fragments = slices.DeleteFunc(x.fragments, func(p fragment) bool { return p.length == 0 })
		n = len(x.fragments)
	}
	switch {
	case n == 0:
		return fault.New(fault.Truncated, s.path, "%d of %d frames are in the file", 0, frames)
	case frames == 1:
		x.first = []int{0, n}
		return nil
	case n <= frames:
		// As many as there are; the frames that lack one are told when they are asked for.
		for i := range n + 1 {
			x.first = append(x.first, i)
		}
		return nil
	}
	return x.byContent(s, frames)
}

// follow takes the frames' beginnings from an offset table, which counts from
// the first fragment's item. It fails where an offset is not that of an item.
func (x *fragmentIndex) follow(offsets []int64, frames int) bool {
	if len(offsets) != frames || offsets[0] != 0 {
		return false
	}
	base := x.fragments[0].at
	var first []int
	k := 0
	for _, want := range offsets {
		for k < len(x.fragments) && x.fragments[k].at-base < want {
			k++
		}
		if k == len(x.fragments) || x.fragments[k].at-base != want || len(first) > 0 && first[len(first)-1] == k {
			return x.cut && k == len(x.fragments) && x.keep(first, k)
		}
		first = append(first, k)
	}
	return x.keep(first, len(x.fragments))
}

func (x *fragmentIndex) keep(first []int, end int) bool {
	x.first = append(first, end)
	return len(first) > 0
}

// byContent begins a frame at each fragment that begins like a codestream.
func (x *fragmentIndex) byContent(s *source, frames int) error {
	for k, p := range x.fragments {
		head := make([]byte, min(12, p.length))
		if err := s.readAt(head, p.at); err != nil {
			return err
		}
		if k == 0 || codec.Sniff(head) != "" {
			x.first = append(x.first, k)
		}
	}
	x.first = append(x.first, len(x.fragments))
	switch found := len(x.first) - 1; {
	case found > frames:
		x.note = fault.New(fault.Differs, s.path, "the header says %d frames, the image data have %d", frames, found)
		return nil
	case found == frames:
		return nil
	}
	x.first = nil
	return fault.New(fault.Corrupt, s.path, "%d fragments of pixel data cannot be told apart into %d frames", len(x.fragments), frames)
}
