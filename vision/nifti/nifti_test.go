package nifti

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// memory is a blob of bytes at hand.
type memory []byte

func (m memory) Path() string               { return "volume.nii" }
func (m memory) Open() (blob.Reader, error) { return reader{bytes.NewReader(m)}, nil }

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

// sample describes a file to be written; only what a test sets.
type sample struct {
	order          binary.AppendByteOrder
	dim            []int16
	datatype       int16
	slope, inter   float32
	pixdim         []float32
	units          byte
	sform          []float32 // 12 values
	quat           []float32 // b c d x y z
	calMax, calMin float32
	values         []byte // in the file's order
}

// bytes writes a NIfTI-1 file by the offsets of nifti1.h.
func (s sample) bytes() []byte {
	if s.order == nil {
		s.order = binary.LittleEndian
	}
	o := s.order.(binary.ByteOrder)
	h := make([]byte, 352)
	float := func(at int, f float32) { o.PutUint32(h[at:], math.Float32bits(f)) }
	o.PutUint32(h, 348)
	o.PutUint16(h[40:], uint16(len(s.dim)))
	for i, d := range s.dim {
		o.PutUint16(h[42+2*i:], uint16(d))
	}
	o.PutUint16(h[70:], uint16(s.datatype))
	float(76, 1)
	for i, f := range s.pixdim {
		float(76+4*i, f)
	}
	float(108, 352)
	float(112, s.slope)
	float(116, s.inter)
	h[123] = s.units
	float(124, s.calMax)
	float(128, s.calMin)
	copy(h[148:], "test volume")
	if s.quat != nil {
		o.PutUint16(h[252:], 1)
		for i, f := range s.quat {
			float(256+4*i, f)
		}
	}
	if s.sform != nil {
		o.PutUint16(h[254:], 1)
		for i, f := range s.sform {
			float(280+4*i, f)
		}
	}
	copy(h[344:], "n+1\x00")
	return append(h, s.values...)
}

func squeeze(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(data)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func open(t *testing.T, data []byte) *Volume {
	t.Helper()
	if !Sniff(data[:min(len(data), 4096)]) {
		t.Error("not recognised")
	}
	v, err := Open(context.Background(), memory(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(a, b []float64, tolerance float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= tolerance })
}

// Every type in both byte orders, plain and compressed, gives the same values.
func TestTypes(t *testing.T) {
	ctx := context.Background()
	for d, name := range typeNames {
		size := d.Bytes()
		for _, o := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			little, file := make([]byte, 3*2*2*2*size), []byte(nil)
			for i := range little {
				little[i] = byte(i * 7)
			}
			for i := 0; size > 0 && i < len(little); i += size {
				word := slices.Clone(little[i : i+size])
				if o == binary.AppendByteOrder(binary.BigEndian) && d != RGB24 {
					slices.Reverse(word)
				}
				file = append(file, word...)
			}
			data := sample{order: o, dim: []int16{3, 2, 2, 2}, datatype: int16(d), values: file}.bytes()
			if size == 0 {
				if _, err := Open(ctx, memory(data)); fault.KindOf(err) != fault.PixelFormat || !strings.Contains(err.Error(), name) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			for _, packed := range [][]byte{data, squeeze(t, data)} {
				v := open(t, packed)
				if v.Frames() != 4 || v.Columns != 3 || v.Rows != 2 || v.Orientation != nil || v.Position(1) != nil {
					t.Fatalf("%s: %+v", name, v)
				}
				for i := range 4 {
					got, err := v.Frame(ctx, i)
					if n := 6 * size; err != nil || !bytes.Equal(got, little[i*n:(i+1)*n]) {
						t.Errorf("%s, frame %d: % x, %v", name, i, got, err)
					}
				}
			}
		}
	}
}

func TestHeaderFields(t *testing.T) {
	v := open(t, sample{dim: []int16{2, 2}, datatype: 4, slope: 2, inter: -1000, units: 1 | 16, calMin: -160, calMax: 240,
		pixdim: []float32{1, 0.001, 0.002, 0.003, 500}, values: make([]byte, 8)}.bytes())
	if v.Slope != 2 || v.Intercept != -1000 || v.Window == nil || *v.Window != (Window{-160, 240}) || v.Description != "test volume" ||
		!near(v.Spacing[:], []float64{1, 2, 3}, 1e-6) || math.Abs(v.TimeStep-0.5) > 1e-6 || !v.UnitStated || v.GeometryFrom != "" {
		t.Errorf("%+v", v)
	}
	v = open(t, sample{dim: []int16{1}, datatype: 2, slope: 0, inter: 5, calMax: 1, calMin: 1, values: make([]byte, 8)}.bytes())
	if v.Slope != 1 || v.Intercept != 0 || v.Window != nil || v.UnitStated {
		t.Errorf("%+v", v)
	}
}

// What each way of storing is delivered as. The letters are the patient's
// directions in which i, j and k grow, in the file.
func TestTurning(t *testing.T) {
	axis := map[byte][3]float32{'R': {1, 0, 0}, 'L': {-1, 0, 0}, 'A': {0, 1, 0}, 'P': {0, -1, 0}, 'S': {0, 0, 1}, 'I': {0, 0, -1}}
	lps := map[byte][]float64{'R': {-1, 0, 0}, 'L': {1, 0, 0}, 'A': {0, -1, 0}, 'P': {0, 1, 0}, 'S': {0, 0, 1}, 'I': {0, 0, -1}}
	cases := []struct {
		stored           string
		right, down      byte // of the delivered frame
		columns, rows    bool
		firstPixelStored int // index in the stored frame of the pixel delivered first
	}{
		{"LPS", 'L', 'P', false, false, 0},
		{"RAS", 'L', 'P', true, true, 5},
		{"LAS", 'L', 'P', false, true, 3},
		{"RPS", 'L', 'P', true, false, 2},
		{"LSP", 'L', 'I', false, true, 3}, // coronal
		{"RSA", 'L', 'I', true, true, 5},
		{"ASR", 'P', 'I', true, true, 5}, // sagittal
		{"PIR", 'P', 'I', false, false, 0},
	}
	for _, c := range cases {
		m := make([]float32, 12)
		for col := range 3 {
			for r := range 3 {
				m[4*r+col] = axis[c.stored[col]][r] * float32(col+2)
			}
		}
		m[3], m[7], m[11] = 10, 20, 30
		v := open(t, sample{dim: []int16{3, 2, 2}, datatype: 2, sform: m, values: []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}.bytes())
		want := append(slices.Clone(lps[c.right]), lps[c.down]...)
		if !near(v.Orientation, want, 1e-9) || v.FlippedColumns != c.columns || v.FlippedRows != c.rows || !near(v.Spacing[:], []float64{2, 3, 4}, 1e-6) {
			t.Errorf("%s: %v, columns %v, rows %v", c.stored, v.Orientation, v.FlippedColumns, v.FlippedRows)
		}
		// The first pixel's place, by the affine of the file.
		for slice := range 2 {
			i, j := c.firstPixelStored%3, c.firstPixelStored/3
			at := []float64{-10, -20, 30}
			for a := range 3 {
				at[a] += float64(i)*2*lps[c.stored[0]][a] + float64(j)*3*lps[c.stored[1]][a] + float64(slice)*4*lps[c.stored[2]][a]
			}
			got, err := v.Frame(context.Background(), slice)
			if err != nil || int(got[0]) != c.firstPixelStored+6*slice || !near(v.Position(slice), at, 1e-4) {
				t.Errorf("%s, slice %d: %v at %v, want pixel %d at %v, %v", c.stored, slice, got, v.Position(slice), c.firstPixelStored, at, err)
			}
		}
	}
}

// A quaternion of a third of a turn about (1,1,1) takes x to y, y to z, z to x;
// half a turn about x reverses y and z.
func TestQuaternion(t *testing.T) {
	cases := []struct {
		b, c, d, qfac float32
		i, j, k       []float64 // right, anterior, superior
	}{
		{0.5, 0.5, 0.5, 1, []float64{0, 1, 0}, []float64{0, 0, 1}, []float64{1, 0, 0}},
		{1, 0, 0, 1, []float64{1, 0, 0}, []float64{0, -1, 0}, []float64{0, 0, -1}},
		{1, 0, 0, -1, []float64{1, 0, 0}, []float64{0, -1, 0}, []float64{0, 0, 1}},
		{0, 0, float32(math.Sqrt2 / 2), 1, []float64{0, 1, 0}, []float64{-1, 0, 0}, []float64{0, 0, 1}},
	}
	for _, c := range cases {
		v := open(t, sample{dim: []int16{2, 2, 2}, datatype: 2, pixdim: []float32{c.qfac, 1, 1, 1}, quat: []float32{c.b, c.c, c.d, 0, 0, 0}, values: make([]byte, 8)}.bytes())
		sign := func(f bool) float64 {
			if f {
				return -1
			}
			return 1
		}
		si, sj := sign(v.FlippedColumns), sign(v.FlippedRows)
		want := []float64{-c.i[0] * si, -c.i[1] * si, c.i[2] * si, -c.j[0] * sj, -c.j[1] * sj, c.j[2] * sj}
		if !near(v.Orientation, want, 1e-6) || !near(v.step, []float64{-c.k[0], -c.k[1], c.k[2]}, 1e-6) || v.GeometryFrom != "qform" {
			t.Errorf("%+v: %v, %v, step %v", c, v.GeometryFrom, v.Orientation, v.step)
		}
	}
}

func TestRefuses(t *testing.T) {
	good := sample{dim: []int16{4, 4, 4}, datatype: 4, values: make([]byte, 128)}.bytes()
	change := func(f func(b []byte)) []byte {
		b := slices.Clone(good)
		f(b)
		return b
	}
	le := binary.LittleEndian
	huge := []int16{32767, 32767, 32767, 32767}
	zeros := squeeze(t, append(sample{dim: []int16{1100, 1000, 2}, datatype: 2}.bytes(), make([]byte, 1<<20)...))
	bent := squeeze(t, good)
	bent[len(bent)-6] ^= 1 // the checksum
	cases := []struct {
		name string
		data []byte
		want fault.Kind
		// afterwards is what the first frame says, where opening succeeds.
		afterwards fault.Kind
	}{
		{"text", []byte(strings.Repeat("no volume ", 60)), fault.NotAScan, ""},
		{"nothing", nil, fault.NotAScan, ""},
		{"a header and no more", good[:352], fault.Truncated, ""},
		{"half a header", good[:200], fault.NotAScan, ""},
		{"half a frame", good[:352+10], fault.Truncated, ""},
		{"a pair", change(func(b []byte) { copy(b[344:], "ni1\x00") }), fault.PixelFormat, ""},
		{"version 2", append([]byte{0x1c, 2, 0, 0, 'n', '+', '2', 0}, make([]byte, 600)...), fault.PixelFormat, ""},
		{"no dimensions", change(func(b []byte) { le.PutUint16(b[40:], 0) }), fault.BadHeader, ""},
		{"a negative dimension", change(func(b []byte) { le.PutUint16(b[42:], 0x8000) }), fault.BadHeader, ""},
		{"five dimensions", change(func(b []byte) { le.PutUint16(b[40:], 5); copy(b[48:], []byte{1, 0, 3, 0}) }), fault.PixelFormat, ""},
		{"a product that overflows", sample{dim: huge, datatype: 64}.bytes(), fault.TooLarge, ""},
		{"a billion frames", sample{dim: []int16{1, 1, 32767, 32767}, datatype: 2}.bytes(), fault.TooLarge, ""},
		{"more than the limit once inflated", squeeze(t, sample{dim: []int16{20000, 20000, 100}, datatype: 2}.bytes()), fault.TooLarge, ""},
		{"more than gzip can hold", squeeze(t, sample{dim: []int16{20000, 20000}, datatype: 2}.bytes()), fault.Truncated, ""},
		{"a frame that the stream does not reach", zeros, "", fault.Truncated},
		{"an offset inside the header", change(func(b []byte) { le.PutUint32(b[108:], 0) }), fault.BadHeader, ""},
		{"an offset that is no number", change(func(b []byte) { le.PutUint32(b[108:], 0x7fc00000) }), fault.BadHeader, ""},
		{"a wrong checksum", bent, "", fault.Corrupt},
		{"a broken stream", append(squeeze(t, good)[:40], 0xff, 0xff, 0xff, 0xff), fault.NotAScan, ""},
	}
	for _, c := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v, err := Open(context.Background(), memory(c.data))
		if fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%s: %d bytes allocated", c.name, n)
		}
		if err == nil {
			if _, err = v.Frame(context.Background(), 0); fault.KindOf(err) != c.afterwards {
				t.Errorf("%s: frame: %v", c.name, err)
			}
		}
	}
}

// Of a volume cut short, the whole frames are there, and the rest says so.
func TestIncomplete(t *testing.T) {
	whole := sample{dim: []int16{10, 10, 3}, datatype: 4, values: bytes.Repeat([]byte{1, 2}, 300)}.bytes()
	cut := whole[:352+500]
	for name, data := range map[string][]byte{"plain": cut, "compressed": squeeze(t, cut)} {
		v := open(t, data)
		if name == "plain" && fault.KindOf(v.Incomplete) != fault.Truncated {
			t.Errorf("%s: %v", name, v.Incomplete)
		}
		for i, want := range []fault.Kind{"", "", fault.Truncated} {
			if _, err := v.Frame(context.Background(), i); fault.KindOf(err) != want {
				t.Errorf("%s: frame %d: %v", name, i, err)
			}
		}
		if _, err := v.Frame(context.Background(), 3); err == nil {
			t.Errorf("%s: a frame behind the last", name)
		}
	}
}

func TestCancelled(t *testing.T) {
	data := squeeze(t, sample{dim: []int16{10, 10, 3}, datatype: 4, values: make([]byte, 600)}.bytes())
	v := open(t, data)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Frame(ctx, 0); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("%v", err)
	}
	if _, err := Open(ctx, memory(data)); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("%v", err)
	}
	if _, err := v.Frame(context.Background(), 0); err != nil {
		t.Errorf("asked again: %v", err)
	}
}

// The public reference volume was made by dcm2niix from a DICOM mosaic: 35
// slices of 64 × 64 as tiles of 384 × 384. Each frame must be its tile, in the
// same place with the same orientation, by sform and by qform.
func TestAgainstDICOM(t *testing.T) {
	dir := filepath.Join(dicomtest.Shared(t), "dcm_qa_ts")
	data, err := os.ReadFile(filepath.Join(dir, "Ref", "1.nii"))
	if err != nil {
		t.Skip("the reference volume is not here: ", err)
	}
	ctx := context.Background()
	f, err := dicom.Open(ctx, filepath.Join(dir, "In", "1.dcm"), nil)
	if err != nil {
		t.Fatal(err)
	}
	mosaic, err := f.Frame(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	quaternion := slices.Clone(data)
	binary.LittleEndian.PutUint16(quaternion[254:], 0)
	for from, b := range map[string][]byte{"sform": data, "qform": quaternion, "compressed": squeeze(t, data)} {
		v := open(t, b)
		if v.Columns != 64 || v.Rows != 64 || v.Slices != 35 || v.Datatype != Int16 {
			t.Fatalf("%s: %+v", from, v)
		}
		if !near(v.Orientation, f.ImageOrientation, 1e-5) || v.FlippedColumns || !v.FlippedRows {
			t.Errorf("%s (%s): %v, the DICOM file has %v", from, v.GeometryFrom, v.Orientation, f.ImageOrientation)
		}
		for k := range 35 {
			var tile []byte
			for r := range 64 {
				at := 2 * ((k/6*64+r)*384 + k%6*64)
				tile = append(tile, mosaic.Data[at:at+128]...)
			}
			got, err := v.Frame(ctx, k)
			if err != nil || !bytes.Equal(got, tile) {
				t.Errorf("%s: slice %d is not its tile, %v", from, k, err)
			}
		}
		// A mosaic's position is that of the large image, as if it were one
		// slice; half the difference in size leads to the tile's (NiBabel's
		// documentation of Siemens mosaics).
		if f.ImagePosition != nil {
			at := slices.Clone(f.ImagePosition)
			for a := range 3 {
				at[a] += (384 - 64) / 2. * 3.25 * (f.ImageOrientation[a] + f.ImageOrientation[3+a])
			}
			if !near(v.Position(0), at, 0.01) {
				t.Errorf("%s: %v, the DICOM file leads to %v", from, v.Position(0), at)
			}
		}
	}
}

// FuzzNIfTI: whatever the bytes, frames or a *fault.Error.
func FuzzNIfTI(f *testing.F) {
	small := sample{dim: []int16{2, 2, 2}, datatype: 4, quat: []float32{0.5, 0.5, 0.5, 1, 2, 3}, values: make([]byte, 16)}
	f.Add(small.bytes())
	f.Add(squeeze(f, small.bytes()))
	small.order, small.sform = binary.BigEndian, []float32{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}
	f.Add(small.bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		sniffed := Sniff(data)
		v, err := Open(context.Background(), memory(data))
		var e *fault.Error
		if err != nil {
			if !errors.As(err, &e) {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		if !sniffed {
			t.Error("opened but not recognised")
		}
		for i := range min(v.Frames(), 3) {
			if v.frameBytes() > 1<<24 {
				return // allowed, and slow
			}
			b, err := v.Frame(context.Background(), i)
			if err != nil && !errors.As(err, &e) || err == nil && int64(len(b)) != v.frameBytes() {
				t.Errorf("frame %d: %d bytes, %v", i, len(b), err)
			}
			v.Position(i)
		}
	})
}
