package jpeg

import (
	"bytes"
	"encoding/binary"

	"lightbox/vision/dicom/codec"
	"lightbox/vision/fault"
)

// frame is a frame header (T.81 B.2.2) and what follows from it.
type frame struct {
	lossless, progressive bool
	bits                  int // sample precision P
	rows, cols            int
	comps                 []component
	hMax, vMax            int
	mcusX, mcusY          int // of an interleaved scan of all components
}

// component is one component of a frame. A data unit is a block of 8×8 samples,
// or one sample in the lossless process.
type component struct {
	id, h, v, quantTo int

	rows, cols       int // of samples, without padding (T.81 A.1.1)
	unitsX, unitsY   int // data units of a scan of its own
	paddedX, paddedY int // data units of an interleaved scan

	// Samples of a DCT process, padded to whole units; one of the two.
	plane8  []uint8
	plane16 []uint16
	stride  int // samples

	// Progressive: 64 coefficients a block in zigzag order, blocks row by row;
	// for each block the set of AC coefficients that are not zero; and for each
	// coefficient the bit below which nothing has come, −1 where nothing has
	// come at all.
	coefs  []int16
	set    []uint64
	coming [64]int8
	quant  *[64]int32 // as it was at the component's first scan

	dcTo, acTo       int      // the tables that the scan names
	dcTable, acTable *huffman // those that it needs
	dcPred           int32

	diffs       [][]uint16 // lossless: differences of the rows of an MCU
	above, line []uint16   // lossless: the last row and the one being restored
	fresh       bool       // lossless: the next row is predicted as the first one

	scanned bool // its scan has begun
	done    int  // rows of samples that are complete
}

// startFrame reads SOFn.
func (d *decoder) startFrame(mark byte, body []byte) error {
	if mark > markSOF3 {
		return otherProcess(mark)
	}
	if d.frame != nil {
		return fault.New(fault.Corrupt, "", "the JPEG stream has two frame headers")
	}
	if len(body) < 6 || len(body) < 6+3*int(body[5]) {
		return badSegment()
	}
	f := &frame{
		lossless: mark == markSOF3, progressive: mark == markSOF2, bits: int(body[0]),
		rows: int(binary.BigEndian.Uint16(body[1:])), cols: int(binary.BigEndian.Uint16(body[3:])),
	}
	switch {
	// Baseline has 8 bits only, but the reference decoders do not insist.
	case f.lossless && f.bits >= 2 && f.bits <= 16, f.bits == 8, f.bits == 12:
	default:
		return fault.New(fault.Corrupt, "", "the JPEG stream says %d bits, which its coding process does not have", f.bits)
	}
	samples := int(body[5])
	// The number of rows may still be unknown.
	if err := codec.Check(max(f.rows, 1), f.cols, samples, f.bits, d.maxBytes); err != nil {
		return err
	}
	if err := f.addComponents(body[6 : 6+3*samples]); err != nil {
		return err
	}
	d.frame = f
	return nil
}

// otherProcess names a process that is not read by its SOFn.
func otherProcess(mark byte) error {
	switch {
	case mark <= 0xC7:
		return unread("hierarchical JPEG")
	case mark <= 0xCB:
		return unread("JPEG with arithmetic coding")
	}
	return unread("hierarchical JPEG with arithmetic coding")
}

// addComponents reads the components of a frame header, three bytes each.
func (f *frame) addComponents(body []byte) error {
	for c := body; len(c) > 0; c = c[3:] {
		p := component{id: int(c[0]), h: int(c[1] >> 4), v: int(c[1] & 15), quantTo: int(c[2])}
		if p.h < 1 || p.h > 4 || p.v < 1 || p.v > 4 || p.quantTo > 3 && !f.lossless {
			return fault.New(fault.Corrupt, "", "the JPEG stream describes its components wrongly")
		}
		f.hMax, f.vMax = max(f.hMax, p.h), max(f.vMax, p.v)
		f.comps = append(f.comps, p)
	}
	for _, c := range f.comps {
		if f.hMax%c.h != 0 || f.vMax%c.v != 0 {
			return unread("JPEG with fractional subsampling")
		}
	}
	return nil
}

// layout works out the sizes of the components, once the rows are known.
func (f *frame) layout() {
	unit := 8
	if f.lossless {
		unit = 1
	}
	f.mcusX, f.mcusY = ceil(f.cols, unit*f.hMax), ceil(f.rows, unit*f.vMax)
	for i := range f.comps {
		c := &f.comps[i]
		c.cols, c.rows = ceil(f.cols*c.h, f.hMax), ceil(f.rows*c.v, f.vMax)
		c.unitsX, c.unitsY = ceil(c.cols, unit), ceil(c.rows, unit)
		c.paddedX, c.paddedY = f.mcusX*c.h, f.mcusY*c.v
		c.stride = c.paddedX * 8
		for k := range c.coming {
			c.coming[k] = -1
		}
	}
}

func ceil(a, b int) int { return (a + b - 1) / b }

// allocate makes the picture and the working memory, when the first scan
// begins at data[pos].
func (d *decoder) allocate() error {
	f := d.frame
	if f.rows == 0 {
		if f.rows = d.linesAfter(d.pos); f.rows == 0 {
			return fault.New(fault.Corrupt, "", "the JPEG stream does not say how many rows it has")
		}
	}
	n := len(f.comps)
	if err := codec.Check(f.rows, f.cols, n, f.bits, d.maxBytes); err != nil {
		return err
	}
	f.layout()
	width := codec.WidthOf(f.bits)
	size := int64(f.rows) * int64(f.cols) * int64(n) * int64(width)
	if size > maxBytesForStump && f.leastBits() > 8*int64(len(d.data)-d.pos) {
		return fault.New(fault.Truncated, "", "the JPEG stream has %d bytes, too few for %d × %d pixels", len(d.data), f.cols, f.rows)
	}
	if work := f.workBytes(); work > max(maxWorkFactor*d.maxBytes, minWorkBytes) {
		return fault.New(fault.TooLarge, "", "decoding the JPEG stream would take %d bytes of memory", work)
	}
	for i := range f.comps {
		f.comps[i].allocate(f)
	}
	if f.lossless {
		d.wide = make([]uint16, f.cols)
	} else {
		d.rows = newExpander(f)
	}
	d.picture = &codec.Picture{
		Rows: f.rows, Columns: f.cols, Samples: n, Bits: f.bits, Lossy: !f.lossless,
		Data: make([]byte, size),
	}
	return nil
}

// leastBits is a lower bound for the bits of a stream with such a frame. No
// code is shorter than one bit: there is one for each sample of the lossless
// process, one for the DC coefficient of each block, and in sequential
// processes another one for the AC coefficients.
func (f *frame) leastBits() int64 {
	codes := int64(2)
	if f.lossless || f.progressive {
		codes = 1
	}
	sum := int64(0)
	for _, c := range f.comps {
		sum += codes * int64(c.unitsX) * int64(c.unitsY)
	}
	return sum
}

// workBytes is what allocate takes beside the picture.
func (f *frame) workBytes() int64 {
	sum := int64(0)
	for _, c := range f.comps {
		padded := int64(c.paddedX) * int64(c.paddedY)
		switch {
		case f.lossless:
			sum += 2 * int64(c.paddedX) * int64(c.v+2)
		case f.progressive:
			sum += padded * int64(64*2+8+64*codec.WidthOf(f.bits))
		default:
			sum += 64 * padded * int64(codec.WidthOf(f.bits))
		}
	}
	return sum
}

func (c *component) allocate(f *frame) {
	n := c.paddedX * c.paddedY * 64
	switch {
	case f.lossless:
		c.above, c.line = make([]uint16, c.cols), make([]uint16, c.cols)
		for range c.v {
			c.diffs = append(c.diffs, make([]uint16, c.paddedX))
		}
		return
	case f.bits == 8:
		c.plane8 = make([]uint8, n)
	default:
		c.plane16 = make([]uint16, n)
	}
	if f.progressive {
		c.coefs, c.set = make([]int16, n), make([]uint64, n/64)
	}
}

// linesAfter finds the DNL segment that follows the scan at data[pos] (T.81
// B.2.5) and gives its number of lines, 0 if there is none.
func (d *decoder) linesAfter(pos int) int {
	for {
		i := bytes.IndexByte(d.data[pos:], 0xFF)
		if i < 0 || pos+i+6 > len(d.data) {
			return 0
		}
		pos += i + 1
		switch mark := d.data[pos]; {
		case mark == markDNL:
			return int(binary.BigEndian.Uint16(d.data[pos+3:]))
		case mark != 0 && mark != 0xFF && (mark < markRST0 || mark > markRST7):
			return 0
		}
	}
}
