package dicomtest

import (
	"encoding/binary"
	"fmt"
)

// Tags that tests replace or leave out most.
const (
	Samples, Photometric, Planar, Frames            = 0x00280002, 0x00280004, 0x00280006, 0x00280008
	Rows, Columns                                   = 0x00280010, 0x00280011
	BitsAllocated, BitsStored, HighBit, Signed      = 0x00280100, 0x00280101, 0x00280102, 0x00280103
	WindowCentre, WindowWidth, WindowFunction       = 0x00281050, 0x00281051, 0x00281056
	RescaleIntercept, RescaleSlope                  = 0x00281052, 0x00281053
	ModalityLUT, VOILUT                             = 0x00283000, 0x00283010
	PatientName, CharacterSet, PixelSpacing, Pixels = 0x00100010, 0x00080005, 0x00280030, 0x7FE00010
)

// Image is an image object to be written. The zero value of a field leaves it
// to the default named.
type Image struct {
	Syntax        string // ExplicitLE
	Rows, Columns int
	Samples       int    // 1
	Photometric   string // MONOCHROME2, or RGB for 3 samples
	Allocated     int    // the smallest of 8, 16 and 32 that holds Stored
	Stored        int    // 16
	HighBit       int    // Stored - 1
	Signed        bool
	Planar        bool // colour by plane
	FrameCount    int  // 1

	// Values are the stored values, frame by frame, colour by pixel, in two's
	// complement; cut to Stored bits. Nil stands for zeros.
	Values []uint16

	// Raw, if not nil, is the value of Pixel Data as it stands in the file.
	Raw []byte

	// PixelVR is OW, or OB for 8 bits in an explicit syntax.
	PixelVR string

	// Extra elements replace those of the same tag; Omit drops tags.
	Extra []Element
	Omit  []uint32
}

func (m Image) filled() Image {
	if m.Syntax == "" {
		m.Syntax = ExplicitLE
	}
	if m.Samples == 0 {
		m.Samples = 1
	}
	if m.Photometric == "" {
		m.Photometric = "MONOCHROME2"
		if m.Samples == 3 {
			m.Photometric = "RGB"
		}
	}
	if m.Stored == 0 {
		m.Stored = 16
	}
	for _, a := range []int{8, 16, 32} {
		if m.Allocated == 0 && m.Stored <= a {
			m.Allocated = a
		}
	}
	if m.HighBit == 0 {
		m.HighBit = m.Stored - 1
	}
	if m.FrameCount == 0 {
		m.FrameCount = 1
	}
	if m.PixelVR == "" {
		m.PixelVR = "OW"
		if m.Allocated == 8 && m.Syntax != ImplicitLE {
			m.PixelVR = "OB"
		}
	}
	return m
}

// Bytes gives the file.
func (m Image) Bytes() []byte {
	m = m.filled()
	return File(m.Syntax, m.Set())
}

// Set gives the data set.
func (m Image) Set() Set {
	m = m.filled()
	bit := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	s := Set{
		{Tag: 0x00080016, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.1"},
		{Tag: 0x00080018, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.1"},
		{Tag: 0x00080060, VR: "CS", Value: "CR"},
		{Tag: PatientName, VR: "PN", Value: "Synthetic^Phantom"},
		{Tag: 0x00101010, VR: "AS", Value: "067Y"},
		{Tag: 0x0020000D, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.2"},
		{Tag: 0x0020000E, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.3"},
		{Tag: Samples, VR: "US", Value: m.Samples},
		{Tag: Photometric, VR: "CS", Value: m.Photometric},
		{Tag: Rows, VR: "US", Value: m.Rows},
		{Tag: Columns, VR: "US", Value: m.Columns},
		{Tag: BitsAllocated, VR: "US", Value: m.Allocated},
		{Tag: BitsStored, VR: "US", Value: m.Stored},
		{Tag: HighBit, VR: "US", Value: m.HighBit},
		{Tag: Signed, VR: "US", Value: bit(m.Signed)},
		{Tag: Pixels, VR: m.PixelVR, Value: m.pixels()},
	}
	if m.Samples > 1 {
		s = append(s, Element{Tag: Planar, VR: "US", Value: bit(m.Planar)})
	}
	if m.FrameCount > 1 {
		s = append(s, Element{Tag: Frames, VR: "IS", Value: fmt.Sprint(m.FrameCount)})
	}
	return s.With(m.Extra...).Without(m.Omit...)
}

// pixels encodes the values (PS3.5 section 8).
func (m Image) pixels() []byte {
	if m.Raw != nil {
		return m.Raw
	}
	pixels := m.Rows * m.Columns
	count := pixels * m.Samples * m.FrameCount
	values := m.Values
	if values == nil {
		values = make([]uint16, count)
	}
	if len(values) != count {
		panic(fmt.Sprintf("dicomtest: %d values for %d samples", len(values), count))
	}
	var o binary.AppendByteOrder = binary.LittleEndian
	if m.Syntax == ExplicitBE {
		o = binary.BigEndian
	}
	var b []byte
	for i := range values {
		v := values[i]
		if m.Planar && m.Samples > 1 {
			frame, in := i/(pixels*m.Samples), i%(pixels*m.Samples)
			v = values[frame*pixels*m.Samples+in%pixels*m.Samples+in/pixels]
		}
		word := uint32(v) & (1<<m.Stored - 1) << (m.HighBit + 1 - m.Stored)
		switch m.Allocated {
		case 1:
			if i%8 == 0 {
				b = append(b, 0)
			}
			b[i/8] |= byte(word) << (i % 8)
		case 8:
			b = append(b, byte(word))
		case 16:
			b = o.AppendUint16(b, uint16(word))
		case 32:
			// The lower word comes first in OW whatever the order of its bytes.
			b = o.AppendUint16(o.AppendUint16(b, uint16(word)), uint16(word>>16))
		}
	}
	if len(b)%2 != 0 {
		b = append(b, 0)
	}
	if m.Syntax == ExplicitBE && m.PixelVR == "OW" && m.Allocated <= 8 {
		for i := 0; i+1 < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	return b
}

// LUT gives an item of a Modality or VOI LUT Sequence (PS3.3 C.11.1, C.11.2):
// the first input value mapped, bits of an entry, the entries.
func LUT(first, bits int, entries []uint16) []Element {
	return []Element{
		{Tag: 0x00283002, VR: "US", Value: []int{len(entries) & 0xffff, first, bits}},
		{Tag: 0x00283003, VR: "LO", Value: "TEST"},
		{Tag: 0x00283006, VR: "OW", Value: entries},
	}
}

// Region gives an item of Sequence of Ultrasound Regions (PS3.3 C.8.5.5): the first
// and the last column and row, and the centimetres from one pixel to the next.
func Region(minX, minY, maxX, maxY int, deltaX, deltaY float64) []Element {
	number := func(tag uint32, vr string, v int) Element { return Element{Tag: tag, VR: vr, Value: v} }
	return []Element{
		number(0x00186012, "US", 1), number(0x00186014, "US", 1), number(0x00186016, "UL", 0),
		number(0x00186018, "UL", minX), number(0x0018601A, "UL", minY), number(0x0018601C, "UL", maxX), number(0x0018601E, "UL", maxY),
		number(0x00186024, "US", 3), number(0x00186026, "US", 3),
		{Tag: 0x0018602C, VR: "FD", Value: []float64{deltaX}}, {Tag: 0x0018602E, VR: "FD", Value: []float64{deltaY}},
	}
}

// DS gives a decimal string element.
func DS(tag uint32, value string) Element { return Element{Tag: tag, VR: "DS", Value: value} }
