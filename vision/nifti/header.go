package nifti

import (
	"encoding/binary"
	"math"
	"strings"

	"lightbox/vision/fault"
)

// headerBytes is the size of a NIfTI-1 header; the four bytes behind it say
// whether extensions follow, which are passed over.
const headerBytes = 348

// Header is what the file says of its values.
type Header struct {
	Datatype Datatype

	// Slope and Intercept give value = Slope × stored + Intercept; 1 and 0
	// where the file sets none (scl_slope 0) and for colour.
	Slope, Intercept float64

	// Window is the range to show, in scaled values (cal_min, cal_max); nil
	// where the file sets none.
	Window *Window

	Description string // descrip, what the writer says of itself

	// GeometryFrom tells where orientation and positions come from: "sform",
	// "qform", or empty where the file has neither.
	GeometryFrom string

	// UnitStated is false where the file gives no unit of length; mm are taken.
	UnitStated bool

	order  binary.ByteOrder
	offset int64 // of the first frame
}

// Window is a range of values.
type Window struct{ Min, Max float64 }

// Datatype is the code of a voxel's type (nifti1.h, datatype).
type Datatype int

// The types that are read.
const (
	Uint8   Datatype = 2
	Int16   Datatype = 4
	Int32   Datatype = 8
	Float32 Datatype = 16
	Float64 Datatype = 64
	RGB24   Datatype = 128 // 8 bits each of red, green and blue
	Int8    Datatype = 256
	Uint16  Datatype = 512
	Uint32  Datatype = 768
)

// Bytes of a voxel; 0 for a type that is not read.
func (d Datatype) Bytes() int {
	switch d {
	case Uint8, Int8:
		return 1
	case Int16, Uint16:
		return 2
	case RGB24:
		return 3
	case Int32, Uint32, Float32:
		return 4
	case Float64:
		return 8
	}
	return 0
}

// typeNames are those of nifti1.h.
var typeNames = map[Datatype]string{
	0: "UNKNOWN", 1: "BINARY", Uint8: "UINT8", Int16: "INT16", Int32: "INT32", Float32: "FLOAT32", 32: "COMPLEX64",
	Float64: "FLOAT64", RGB24: "RGB24", Int8: "INT8", Uint16: "UINT16", Uint32: "UINT32", 1024: "INT64",
	1280: "UINT64", 1536: "FLOAT128", 1792: "COMPLEX128", 2048: "COMPLEX256", 2304: "RGBA32",
}

func (d Datatype) String() string { return typeNames[d] }

// kind is which of the family of formats a header belongs to.
type kind int

const (
	unknown  kind = iota
	single        // NIfTI-1 with its image in the same file
	pair          // NIfTI-1 with its image in another file
	version2      // NIfTI-2
)

// recognise tells byte order and format by the header's size and magic.
func recognise(head []byte) (binary.ByteOrder, kind) {
	if len(head) < 12 {
		return nil, unknown
	}
	for _, o := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch size := o.Uint32(head); {
		case size == 540 && (string(head[4:7]) == "n+2" || string(head[4:7]) == "ni2"):
			return o, version2
		case size != headerBytes || len(head) < headerBytes:
		case string(head[344:348]) == "n+1\x00":
			return o, single
		case string(head[344:348]) == "ni1\x00":
			return o, pair
		}
	}
	return nil, unknown
}

// parse reads the header; its offsets are those of nifti1.h.
func (v *Volume) parse(head []byte) error {
	o, k := recognise(head)
	switch k {
	case unknown:
		return fault.New(fault.NotAScan, "", "no NIfTI header")
	case pair:
		return fault.New(fault.PixelFormat, "", "NIfTI as a pair of .hdr and .img")
	case version2:
		return fault.New(fault.PixelFormat, "", "NIfTI-2")
	}
	v.order = o
	short := func(at int) int { return int(int16(o.Uint16(head[at:]))) }
	float := func(at int) float64 { return float64(math.Float32frombits(o.Uint32(head[at:]))) }

	v.Datatype = Datatype(short(70))
	if v.Datatype.Bytes() == 0 {
		return fault.New(fault.PixelFormat, "", "NIfTI data type %d %s", int(v.Datatype), v.Datatype)
	}
	if err := v.dimensions(short); err != nil {
		return err
	}
	offset := float(108)
	if !(offset >= headerBytes && offset <= maxOffset) {
		return fault.New(fault.BadHeader, "", "vox_offset is %g", offset)
	}
	v.offset = int64(offset)
	v.Slope, v.Intercept = 1, 0
	if s, i := float(112), float(116); s != 0 && finite(s, i) && v.Datatype != RGB24 {
		v.Slope, v.Intercept = s, i
	}
	if high, low := float(124), float(128); finite(high, low) && high > low && v.Datatype != RGB24 {
		v.Window = &Window{low, high}
	}
	text, _, _ := strings.Cut(string(head[148:228]), "\x00")
	v.Description = strings.ToValidUTF8(strings.TrimSpace(text), "\uFFFD")
	v.place(head[123], short, float)
	return nil
}

// dimensions reads dim: how many there are, then their sizes.
func (v *Volume) dimensions(short func(int) int) error {
	n := short(40)
	if n < 1 || n > 7 {
		return fault.New(fault.BadHeader, "", "dim[0] is %d", n)
	}
	size := [8]int{1, 1, 1, 1, 1, 1, 1, 1}
	for i := 1; i <= n; i++ {
		if size[i] = short(40 + 2*i); size[i] < 1 {
			return fault.New(fault.BadHeader, "", "dim[%d] is %d", i, size[i])
		}
		if i > 4 && size[i] > 1 {
			return fault.New(fault.PixelFormat, "", "NIfTI of %d dimensions", i)
		}
	}
	v.Columns, v.Rows, v.Slices, v.Times = size[1], size[2], size[3], size[4]
	return nil
}

func finite(values ...float64) bool {
	for _, f := range values {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}
