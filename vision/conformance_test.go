package vision

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// page is where the tables stand that these tests fill in.
const page = "../CONFORMANCE.md"

// checkTable compares a table with the one on the page, between its markers, or
// writes it there with LIGHTBOX_UPDATE set.
func checkTable(t *testing.T, name, table string) {
	t.Helper()
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	start, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	head, rest, ok := strings.Cut(string(b), start)
	old, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table %q", page, name)
	}
	switch {
	case old == table:
	case os.Getenv("LIGHTBOX_UPDATE") == "":
		t.Errorf("%s is out of date: run this test with LIGHTBOX_UPDATE=1; the table is now\n%s", page, table)
	default:
		if err := os.WriteFile(page, []byte(head+start+table+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// layout is a way in which the values of two frames of 6 × 4 pixels stand in a
// file.
type layout struct {
	name  string
	image dt.Image
	want  []int // the values, with their sign; nil: those of image
}

func layouts() []layout {
	gray := func(name string, allocated, stored int, signed bool) layout {
		m := dt.Image{Allocated: allocated, Stored: stored, Signed: signed}
		return layout{name: name, image: m}
	}
	high := gray("12 in the upper bits of 16", 16, 12, false)
	high.image.HighBit = 15
	colour := func(name string, photometric string, stored int, planar bool) layout {
		return layout{name: name, image: dt.Image{Samples: 3, Photometric: photometric, Stored: stored, Planar: planar}}
	}
	palette := gray("PALETTE COLOR, 8", 8, 8, false)
	palette.image.Photometric = "PALETTE COLOR"
	for k := range uint32(3) {
		entries := make([]uint16, 256)
		for i := range entries {
			entries[i] = uint16(i * 257)
		}
		palette.image.Extra = append(palette.image.Extra,
			dt.Element{Tag: 0x00281101 + k, VR: "US", Value: []int{256, 0, 16}}, dt.Element{Tag: 0x00281201 + k, VR: "OW", Value: entries})
	}
	all := []layout{
		gray("gray, 1 bit", 1, 1, false), gray("8", 8, 8, false), gray("8 signed", 8, 8, true), gray("10 in 16", 16, 10, false),
		gray("12 in 16 signed", 16, 12, true), high, gray("16", 16, 16, false), gray("16 signed", 16, 16, true), gray("32", 32, 32, false),
		palette, colour("RGB, 8, by pixel", "RGB", 8, false), colour("RGB, 8, by plane", "RGB", 8, true),
		colour("RGB, 16", "RGB", 16, false), colour("YBR_FULL, 8", "YBR_FULL", 8, false), subsampled(),
	}
	for i := range all {
		m := &all[i].image
		m.Rows, m.Columns, m.FrameCount = 4, 6, 2
		if all[i].want != nil {
			continue
		}
		n := 48 * max(m.Samples, 1)
		for k := range n {
			v := uint16(k*2749+k*k*17) & uint16(1<<min(m.Stored, 16)-1)
			m.Values = append(m.Values, v)
			number := int(v)
			if m.Signed && v>>(m.Stored-1) == 1 {
				number -= 1 << m.Stored
			}
			all[i].want = append(all[i].want, number)
		}
	}
	return all
}

// subsampled is native 4:2:2: Y Y Cb Cr for each two pixels.
func subsampled() layout {
	l := layout{name: "YBR_FULL_422, 8", image: dt.Image{Samples: 3, Photometric: "YBR_FULL_422", Stored: 8}}
	for pair := range 24 {
		y0, y1, cb, cr := 10*pair, 255-10*pair, 3*pair, 200-5*pair
		l.image.Raw = append(l.image.Raw, byte(y0), byte(y1), byte(cb), byte(cr))
		l.want = append(l.want, y0&255, cb, cr, y1&255, cb, cr)
	}
	return l
}

// encodings write the frames of an image in the transfer syntaxes that need no
// foreign encoder; nil where a layout has no such form.
var encodings = []struct {
	name, uid string
	encode    func(l layout, frame []byte) []byte
}{
	{"Implicit VR Little Endian", dt.ImplicitLE, nil},
	{"Explicit VR Little Endian", dt.ExplicitLE, nil},
	{"Explicit VR Big Endian", dt.ExplicitBE, nil},
	{"Deflated Explicit VR Little Endian", dt.DeflatedLE, nil},
	{"Encapsulated Uncompressed Explicit VR Little Endian", "1.2.840.10008.1.2.1.98", func(_ layout, frame []byte) []byte { return frame }},
	{"Deflated Image Frame Compression", "1.2.840.10008.1.2.8.1", func(_ layout, frame []byte) []byte { return dt.Deflate(frame) }},
	{"RLE Lossless", "1.2.840.10008.1.2.5", runLengths},
}

// runLengths is a frame in RLE (PS3.5 annex G), literal runs alone: one segment
// for each byte of each sample, the most significant first.
func runLengths(l layout, frame []byte) []byte {
	if l.image.Raw != nil || l.image.Planar || l.image.Allocated == 1 {
		return nil
	}
	samples := max(l.image.Samples, 1)
	width := len(frame) / (24 * samples)
	header := make([]byte, 64)
	var body []byte
	n := 0
	for s := range samples {
		for b := width - 1; b >= 0; b-- {
			n++
			binary.LittleEndian.PutUint32(header[4*n:], uint32(64+len(body)))
			body = append(body, 23) // 24 literal bytes follow
			for p := range 24 {
				body = append(body, frame[(p*samples+s)*width+b])
			}
			body = append(body, 0x80) // no operation, to an even length
		}
	}
	binary.LittleEndian.PutUint32(header, uint32(n))
	return append(header, body...)
}

// encoded is a layout's file in a syntax, nil where it has no such form.
func encoded(l layout, uid string, encode func(layout, []byte) []byte) []byte {
	m := l.image
	m.Syntax = uid
	if encode == nil {
		return m.Bytes()
	}
	if m.Allocated == 1 {
		// Each encapsulated frame begins on a byte: 24 pixels are three.
		m.PixelVR = "OB"
	}
	var frames [][]byte
	for _, e := range m.Set() {
		if e.Tag == dt.Pixels {
			data := e.Value.([]byte)
			for k := range 2 {
				f := encode(l, data[k*len(data)/2:(k+1)*len(data)/2])
				if f == nil {
					return nil
				}
				if len(f)%2 != 0 {
					f = append(slices.Clone(f), 0)
				}
				frames = append(frames, f)
			}
		}
	}
	m.Extra = append(slices.Clone(m.Extra), dt.Element{Tag: dt.Pixels, VR: "OB", Length: dt.Undefined, Fragments: append([][]byte{{}}, frames...)})
	return m.Bytes()
}

// exactly tells whether both frames of a file hold the values that were put in.
func exactly(path string, want []int) error {
	f, err := openInProcess(path)
	if err != nil {
		return err
	}
	for i := range 2 {
		s, err := f.Scan(background, i)
		if err != nil {
			return err
		}
		part := want[i*len(want)/2 : (i+1)*len(want)/2]
		for k, w := range part {
			got := float64(0)
			if s.Wide != nil {
				got = s.Wide[k]
			} else {
				got = float64(s.Stored.number(s.Stored.Pix[k]))
			}
			if got != float64(w) {
				return fmt.Errorf("frame %d, sample %d is %g, want %d", i+1, k, got, w)
			}
		}
	}
	return nil
}

// TestNativeMatrix reads back what it writes itself, in every layout and every
// syntax that needs no encoder of others.
func TestNativeMatrix(t *testing.T) {
	var b strings.Builder
	b.WriteString("| pixels |")
	for i := range encodings {
		fmt.Fprintf(&b, " %c |", 'A'+i)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(encodings)) + "\n")
	dir := t.TempDir()
	for _, l := range layouts() {
		b.WriteString("| " + l.name + " |")
		for _, e := range encodings {
			data := encoded(l, e.uid, e.encode)
			cell := "–"
			if data != nil {
				path := filepath.Join(dir, "a.dcm")
				if err := os.WriteFile(path, data, 0o644); err != nil {
					t.Fatal(err)
				}
				cell = "✓"
				if err := exactly(path, l.want); err != nil {
					t.Errorf("%s, %s: %v", e.name, l.name, err)
					cell = "❌"
				}
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for i, e := range encodings {
		fmt.Fprintf(&b, "%c %s (%s). ", 'A'+i, e.name, e.uid)
	}
	b.WriteString("\n")
	checkTable(t, "matrix", b.String())
}

// tally is a row of the corpus table.
type tally struct {
	files, exact, unknown, refused, wrong int
	bits                                  map[string]bool
	why                                   map[fault.Kind]int
	pictures                              rendering
	compared                              int // files with pictures
}

// TestCorpus measures the public files, when they and DCMTK are here and
// LIGHTBOX_FULL or LIGHTBOX_UPDATE is set: the values of the first frame against the
// reference decoders' hashes, pictures against dcmj2pnm.
func TestCorpus(t *testing.T) {
	dir := dt.SharedFolder()
	switch {
	case os.Getenv("LIGHTBOX_FULL")+os.Getenv("LIGHTBOX_UPDATE") == "":
		t.Skip("takes minutes: set LIGHTBOX_FULL=1 or LIGHTBOX_UPDATE=1")
	case dir == "":
		t.Skip(noShared)
	case !hasDCMTK():
		t.Skip(noDCMTK)
	}
	truth := map[string]map[string]string{}
	for _, row := range dt.Table(t, filepath.Join(dir, "truth_frame0.tsv")) {
		truth[row["path"]] = row
	}
	tool := &dcmtk{t, t.TempDir()}
	rows, total := map[string]*tally{}, newTally()
	objects := 0
	for _, row := range dt.Table(t, filepath.Join(dir, "manifest.tsv")) {
		path := filepath.Join(dir, row["path"])
		f, err := openInProcess(path)
		if err == nil && f.NoImage() {
			objects++
			continue
		}
		one := newTally()
		one.files = 1
		key := "not opened | "
		if err == nil {
			h := &f.Header
			key = h.Syntax.Name + " | " + h.Photometric
			one.bits[fmt.Sprintf("%d/%d", h.BitsStored, h.BitsAllocated)] = true
			one.values(f, dir, row["path"], truth[row["path"]])
			if one.refused == 0 {
				one.pictures = tool.compareFile(f, path)
			}
			if one.pictures.pictures > 0 {
				one.compared = 1
			}
			for _, s := range one.pictures.failures {
				t.Errorf("%s: %s", row["path"], s)
			}
		} else {
			one.refused = 1
			one.why[fault.KindOf(err)]++
		}
		if one.wrong > 0 {
			t.Errorf("%s: the first frame's values are wrong", row["path"])
		}
		if rows[key] == nil {
			rows[key] = newTally()
		}
		rows[key].add(one)
		total.add(one)
	}
	checkTable(t, "corpus", corpusTable(rows, total, objects))
}

func newTally() *tally {
	return &tally{bits: map[string]bool{}, why: map[fault.Kind]int{}, pictures: rendering{explained: map[string]int{}}}
}

// values compares the first frame with what the reference decoders give.
func (y *tally) values(f *File, dir, name string, truth map[string]string) {
	data, err := f.FrameBytes(background, 0)
	if err != nil {
		y.refused++
		y.why[fault.KindOf(err)]++
		return
	}
	sum := sha256.Sum256(data)
	got := hex.EncodeToString(sum[:])
	twin := twins[filepath.Base(name)]
	switch {
	case twin != "":
		other, err := openInProcess(filepath.Join(dir, filepath.Dir(name), twin))
		if err == nil && sameFrames(f, other) {
			y.exact++
			return
		}
		y.wrong++
	case truth == nil:
		y.unknown++
	case got == truth["sha256_dcmtk"], got == truth["sha256_gdcm"] && truth["agree"] != "NO":
		y.exact++
	default:
		y.wrong++
	}
}

// sameFrames compares the values of all frames, which may be packed otherwise.
func sameFrames(a, b *File) bool {
	for i := range max(a.Frames(), b.Frames()) {
		x, err := a.Scan(background, i)
		y, err2 := b.Scan(background, i)
		if err != nil || err2 != nil || !slices.Equal(x.Stored.Pix, y.Stored.Pix) {
			return false
		}
	}
	return true
}

func (y *tally) add(o *tally) {
	y.files, y.exact, y.unknown, y.refused, y.wrong = y.files+o.files, y.exact+o.exact, y.unknown+o.unknown, y.refused+o.refused, y.wrong+o.wrong
	y.compared += o.compared
	for b := range o.bits {
		y.bits[b] = true
	}
	for k, n := range o.why {
		y.why[k] += n
	}
	p, q := &y.pictures, &o.pictures
	p.frames, p.pictures, p.exact, p.within = p.frames+q.frames, p.pictures+q.pictures, p.exact+q.exact, p.within+q.within
	for w, n := range q.explained {
		p.explained[w] += n
	}
	p.failures = append(p.failures, q.failures...)
}

// cells are what stands behind the name of a row.
func (y *tally) cells() string {
	n := func(k int) string {
		if k == 0 {
			return ""
		}
		return fmt.Sprint(k)
	}
	refused := n(y.refused)
	var kinds []string
	for k := range y.why {
		kinds = append(kinds, string(k))
	}
	sort.Strings(kinds)
	if len(kinds) > 0 {
		refused += " (" + strings.Join(kinds, ", ") + ")"
	}
	wrong := n(y.wrong)
	if wrong != "" {
		wrong += " ❌"
	}
	explained := 0
	for _, k := range y.pictures.explained {
		explained += k
	}
	more := n(len(y.pictures.failures))
	if more != "" {
		more += " ❌"
	}
	return strings.Join([]string{n(y.files), n(y.exact), n(y.unknown), refused, wrong,
		n(y.compared), n(y.pictures.pictures), n(y.pictures.exact), n(y.pictures.within), n(explained), more}, " | ")
}

func corpusTable(rows map[string]*tally, total *tally, objects int) string {
	var b bytes.Buffer
	b.WriteString("| transfer syntax | photometric | bits stored/allocated | files | exact | no reference | refused | wrong | compared | pictures | equal | one level | DCMTK's choice | more |\n")
	b.WriteString("|---|---|---|" + strings.Repeat("--:|", 11) + "\n")
	var keys []string
	for k := range rows {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		var bits []string
		for s := range rows[k].bits {
			bits = append(bits, s)
		}
		sort.Slice(bits, func(i, j int) bool {
			if len(bits[i]) != len(bits[j]) {
				return len(bits[i]) < len(bits[j])
			}
			return bits[i] < bits[j]
		})
		fmt.Fprintf(&b, "| %s | %s | %s |\n", k, strings.Join(bits, ", "), rows[k].cells())
	}
	fmt.Fprintf(&b, "| **all** | | | %s |\n\n", total.cells())
	fmt.Fprintf(&b, "%d further files are objects without an image.\n", objects)
	if len(total.pictures.explained) > 0 {
		var why []string
		for w, n := range total.pictures.explained {
			why = append(why, fmt.Sprintf("%s (%d pictures)", w, n))
		}
		sort.Strings(why)
		fmt.Fprintf(&b, "DCMTK's choices: %s.\n", strings.Join(why, "; "))
	}
	return b.String()
}
