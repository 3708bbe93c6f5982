package dicom

import (
	"context"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lightbox/vision/blob"
	dt "lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// dumped is an element as DCMTK lists it.
type dumped struct {
	depth          int
	tag, vr, value string
	length         string
}

var (
	dumpFile  = regexp.MustCompile(`(?m)^# dcmdump \(\d+/\d+\): (.*)\n`)
	dumpStart = regexp.MustCompile(`(?m)^ *\([0-9a-f]{4},[0-9a-f]{4}\) .. `)
	dumpEntry = regexp.MustCompile(`(?s)^( *)\(([0-9a-f]{4},[0-9a-f]{4})\) (..) (.*?) *# +(u/l|\d+), *\d+ [^#\n]*\s*(#[^\n]*\s*)*$`)
)

// dcmdump lists files by DCMTK. Of a broken one it lists what comes first, so
// that its status does not matter.
func dcmdump(paths []string) map[string][]dumped {
	out, _ := exec.Command("dcmdump", append([]string{"-q", "+F", "-Un"}, paths...)...).Output()
	lists, text := map[string][]dumped{}, string(out)
	files := dumpFile.FindAllStringSubmatchIndex(text, -1)
	for i, f := range files {
		end := len(text)
		if i+1 < len(files) {
			end = files[i+1][0]
		}
		lists[text[f[2]:f[3]]] = dumpedIn(text[f[1]:end])
	}
	return lists
}

// dumpedIn reads the listing of one file, without delimiters and fragments.
// Values of several lines go over as many.
func dumpedIn(text string) (list []dumped) {
	starts := dumpStart.FindAllStringIndex(text, -1)
	for i, s := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		m := dumpEntry.FindStringSubmatch(text[s[0]:end])
		if m == nil || m[3] == "pi" || m[2] == "fffe,e00d" || m[2] == "fffe,e0dd" {
			continue
		}
		list = append(list, dumped{len(m[1]) / 2, strings.ToUpper("(" + m[2] + ")"), m[3], m[4], m[5]})
	}
	return list
}

// TestElementsTruth compares tags, nesting, VRs, lengths and values of the
// public files with DCMTK's listing of them.
func TestElementsTruth(t *testing.T) {
	dir := dt.Shared(t)
	if _, err := exec.LookPath("dcmdump"); err != nil {
		t.Skip("dcmdump of DCMTK is not here")
	}
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files, rows, values := 0, 0, 0
	for path, want := range dcmdump(paths) {
		got, err := Elements(context.Background(), blob.File(path), false)
		if k := fault.KindOf(err); len(want) == 0 || k == fault.NotAScan {
			continue
		}
		name := filepath.Base(path)
		if err != nil {
			t.Logf("%s: %v", name, err)
		}
		files++
		got = asDCMTK(got)
		if len(got) < len(want) {
			t.Errorf("%s: %d elements, DCMTK has %d", name, len(got), len(want))
		}
		for i := range min(len(got), len(want)) {
			g, w := got[i], want[i]
			if !samePlace(g, w) {
				t.Errorf("%s: row %d: %+v want %+v", name, i, g, w)
				break
			}
			rows++
			same, compared := sameValue(g, w)
			if compared {
				values++
			}
			if compared && !same {
				t.Errorf("%s: row %d: %+v want %+v", name, i, g, w)
			}
		}
	}
	t.Logf("%d files, %d elements, %d values equal", files, rows, values)
}

// samePlace compares all but the value. Where DCMTK knows no VR, the DICOM
// module may; DCMTK rounds odd lengths up.
func samePlace(g Element, w dumped) bool {
	length := strconv.FormatInt(g.Bytes+g.Bytes%2, 10)
	if g.Undefined {
		length = "u/l"
	}
	vr := g.VR == w.vr || w.vr == "??" || w.vr == "xs" && (g.VR == "US" || g.VR == "SS")
	return g.Depth == w.depth && tag(g.Tag).String() == w.tag && vr && length == w.length
}

// asDCMTK leaves out what DCMTK does not list: it does not look into UN of a
// defined length, and tells the VR that should have been written.
func asDCMTK(list []Element) []Element {
	var out []Element
	inside := -1
	for _, e := range list {
		if inside >= 0 && e.Depth > inside {
			continue
		}
		inside = -1
		if n := len(out); n > 0 && e.Form == FormValue && out[n-1].Tag == e.Tag && out[n-1].Depth == e.Depth {
			continue // DCMTK keeps the first of repeated elements
		}
		switch {
		case e.Form == FormItem:
			e.VR = "na"
		case e.Form == FormFragments && e.VR == "OW":
			e.VR = "OB"
		case e.Form == FormSequence && e.VR == "UN" && e.Undefined:
			e.VR = "SQ"
		case e.Form == FormSequence && e.VR == "UN":
			inside = e.Depth
		case e.Tag>>16 == 4 && e.Keyword != "" && strings.HasPrefix(e.Keyword, "Offset"):
			e.VR = "up"
		}
		out = append(out, e)
	}
	return out
}

// sameValue compares what both tell as text: numbers and ASCII.
func sameValue(g Element, w dumped) (same, compared bool) {
	if g.Form != FormValue || w.vr == "UN" || w.vr == "??" || strings.HasSuffix(w.value, "...") {
		return false, false
	}
	want := w.value
	if want == "(no value available)" {
		return g.Value == "", true
	}
	switch g.VR {
	case "FL", "FD":
		a, b := strings.Split(g.Value, `\`), strings.Split(want, `\`)
		if len(a) != len(b) {
			return false, true
		}
		for i := range a {
			x, err1 := strconv.ParseFloat(a[i], 64)
			y, err2 := strconv.ParseFloat(b[i], 64)
			if err1 != nil || err2 != nil || float32(x) != float32(y) {
				return false, true
			}
		}
		return true, true
	case "AT":
		return strings.EqualFold(g.Value, want), true
	case "US", "SS", "UL", "SL":
		return g.Value == want, true
	}
	for _, r := range g.Value {
		if r < ' ' || r > '~' {
			return false, false
		}
	}
	want = strings.TrimSuffix(strings.TrimPrefix(want, "["), "]")
	return g.Value == strings.TrimRight(want, " \x00"), true
}
