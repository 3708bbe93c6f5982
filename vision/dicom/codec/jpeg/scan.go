package jpeg

import "lightbox/vision/fault"

// scan is a scan header (T.81 B.2.3) and the size of the scan in MCUs.
type scan struct {
	comps            []*component
	start, end       int // spectral selection; start is the lossless predictor
	high, low        int // successive approximation; low is the point transform
	mcusX, mcusY     int
	refining, interl bool
}

// scan reads SOS and decodes the scan after it.
func (d *decoder) scan(body []byte) error {
	if d.frame == nil {
		return fault.New(fault.Corrupt, "", "the JPEG stream has a scan before its frame header")
	}
	s, err := d.scanHeader(body)
	if err != nil {
		return err
	}
	if d.picture == nil {
		if err = d.allocate(); err != nil {
			return err
		}
	}
	s.mcusX, s.mcusY = d.frame.mcusX, d.frame.mcusY
	if s.interl = len(s.comps) > 1; !s.interl {
		s.mcusX, s.mcusY = s.comps[0].unitsX, s.comps[0].unitsY
	}
	d.scans++
	row, finished, err := d.process(s)
	if err != nil {
		return err
	}
	return d.walk(s, row, finished)
}

// scanHeader reads a scan's header.
func (d *decoder) scanHeader(body []byte) (*scan, error) {
	if len(body) < 1 || body[0] < 1 || body[0] > 4 || len(body) < 4+2*int(body[0]) {
		return nil, badSegment()
	}
	s := &scan{}
	n := int(body[0])
	for c := body[1 : 1+2*n]; len(c) > 0; c = c[2:] {
		p := d.frame.find(int(c[0]), s.comps)
		if p == nil {
			return nil, fault.New(fault.Corrupt, "", "a scan of the JPEG stream has components that its frame does not have")
		}
		p.dcTo, p.acTo = int(c[1]>>4), int(c[1]&15)
		s.comps = append(s.comps, p)
	}
	last := body[1+2*n:]
	s.start, s.end, s.high, s.low = int(last[0]), int(last[1]), int(last[2]>>4), int(last[2]&15)
	return s, nil
}

// find gives the component with this identifier that is not among the ones
// taken.
func (f *frame) find(id int, taken []*component) *component {
next:
	for i := range f.comps {
		c := &f.comps[i]
		if c.id != id {
			continue
		}
		for _, t := range taken {
			if t == c {
				continue next
			}
		}
		return c
	}
	return nil
}

// rowFunc decodes the MCUs from…to−1 of the row y; false if the bits make no
// sense.
type rowFunc func(y, from, to int) bool

// process chooses how the scan's rows are decoded, and what is done when one
// of them is complete.
func (d *decoder) process(s *scan) (row rowFunc, finished func(y int), err error) {
	f := d.frame
	if !f.progressive {
		for _, c := range s.comps {
			if c.scanned {
				return nil, nil, fault.New(fault.Corrupt, "", "the JPEG stream codes a component twice")
			}
			c.scanned = true
		}
	}
	switch {
	case f.lossless:
		return d.losslessScan(s)
	case f.progressive:
		return d.progressiveScan(s)
	}
	return d.sequentialScan(s)
}

// tables gives the components of a scan the Huffman tables that it needs, the
// DC ones with categories up to largest.
func (d *decoder) tables(s *scan, dc, ac bool, largest byte) (err error) {
	for _, c := range s.comps {
		c.dcTable, c.acTable = nil, nil
		if dc && c.dcTo < 4 {
			if c.dcTable, err = d.dc[c.dcTo].table(); err != nil {
				return err
			}
		}
		if ac && c.acTo < 4 {
			if c.acTable, err = d.ac[c.acTo].table(); err != nil {
				return err
			}
		}
		if dc && c.dcTable == nil || ac && c.acTable == nil {
			return fault.New(fault.Corrupt, "", "a scan of the JPEG stream names a Huffman table that is not there")
		}
		if dc && c.dcTable.largest > largest {
			return fault.New(fault.Corrupt, "", "a Huffman table of the JPEG stream has codes that its coding process does not have")
		}
	}
	return nil
}

// walk goes over the scan's MCUs, from one restart marker to the next.
func (d *decoder) walk(s *scan, row rowFunc, finished func(y int)) error {
	d.begin(s, d.pos)
	left, expect := d.restart, byte(markRST0) // MCUs to the next marker
	for y := range s.mcusY {
		if y%rowsPerCheck == 0 {
			if err := d.interrupted(); err != nil {
				return err
			}
		}
		for x := 0; x < s.mcusX; {
			n := s.mcusX - x
			if d.restart > 0 {
				if left == 0 {
					if mark := d.marker(); mark != expect {
						return d.broken(mark == 0)
					}
					d.begin(s, d.pos)
					left, expect = d.restart, markRST0+(expect+1)&7
				}
				n = min(n, left)
				left -= n
			}
			if ok := row(y, x, x+n); !ok || d.in.overrun() {
				return d.broken(d.in.overrun() && d.pos == len(d.data))
			}
			x += n
		}
		finished(y)
	}
	return nil
}

func (d *decoder) broken(atEnd bool) error {
	if atEnd {
		return fault.New(fault.Truncated, "", "the JPEG stream ends too early")
	}
	return fault.New(fault.Corrupt, "", "the JPEG stream's coded data contradict themselves")
}

// begin starts an entropy-coded segment at data[pos]: predictions start anew.
func (d *decoder) begin(s *scan, pos int) {
	d.pos = d.in.open(d.data, pos)
	d.eobRun = 0
	for _, c := range s.comps {
		c.dcPred = 0
		c.fresh = true
	}
}
