package study

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
)

var (
	axial    = []float64{1, 0, 0, 0, 1, 0}
	coronal  = []float64{1, 0, 0, 0, 0, -1}
	sagittal = []float64{0, 1, 0, 0, 0, -1}
)

// slice is the header of an axial slice at z.
func slice(number int, z float64) dicom.Header {
	return dicom.Header{
		StudyUID: "1.1", SeriesUID: "1.2", SOPInstanceUID: fmt.Sprintf("1.3.%d", number), Modality: "CT", SeriesNumber: "3",
		InstanceNumber: fmt.Sprint(number), Rows: 64, Columns: 32, Samples: 1, Photometric: "MONOCHROME2", Frames: 1,
		ImageType: []string{"ORIGINAL", "PRIMARY", "AXIAL"}, FrameOfReferenceUID: "1.4",
		ImageOrientation: axial, ImagePosition: []float64{-100, -100, z},
	}
}

func itemOf(h dicom.Header) *Item {
	return FromDICOM(blob.File(fmt.Sprintf("/scans/IM%s", h.InstanceNumber)), &h, nil)
}

// series is a number of slices a step apart, changed by edit, in random order.
func series(n int, step float64, edit func(i int, h *dicom.Header)) []*Item {
	var items []*Item
	for i := range n {
		h := slice(i+1, float64(i)*step)
		if edit != nil {
			edit(i, &h)
		}
		items = append(items, itemOf(h))
	}
	rand.New(rand.NewSource(1)).Shuffle(n, func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items
}

// numbers lists the Instance Numbers of a stack.
func numbers(k *Stack) string {
	var out []string
	for _, f := range k.Frames {
		out = append(out, fmt.Sprint(f.Item.InstanceNumber))
	}
	return strings.Join(out, " ")
}

// noted gives the details of the notes by kind.
func noted(k *Stack) map[fault.Kind]string {
	m := map[fault.Kind]string{}
	for _, n := range k.Notes {
		m[fault.KindOf(n)] += n.Error()
	}
	return m
}

func labels(stacks []*Stack) string {
	var out []string
	for _, k := range stacks {
		out = append(out, k.Label)
	}
	return strings.Join(out, ", ")
}

func one(t *testing.T, items []*Item) *Stack {
	t.Helper()
	stacks, others := group(items)
	if len(stacks) != 1 || len(others) != 0 {
		t.Fatalf("%d stacks (%s), %d others", len(stacks), labels(stacks), len(others))
	}
	return stacks[0]
}

func TestEvenStack(t *testing.T) {
	k := one(t, series(12, 1.5, nil))
	if numbers(k) != "1 2 3 4 5 6 7 8 9 10 11 12" || k.Spacing != 1.5 || len(k.Notes) != 0 || k.Label != "" || k.Rows != 64 || k.Columns != 32 ||
		!slices.Equal(k.Orientation, axial) || k.Frames[3].Along != 4.5 || !k.Frames[3].HasPosition {
		t.Errorf("%+v", k)
	}
}

// The direction of scrolling in each usual display, and of axial slices that
// were stored upside down.
func TestDirections(t *testing.T) {
	cases := []struct {
		name        string
		orientation []float64
		step        [3]float64
		first       int // the number that comes first
	}{
		{"axial, feet to head", axial, [3]float64{0, 0, 2}, 1},
		{"axial, head first", axial, [3]float64{0, 0, -2}, 5},
		{"axial, face down", []float64{1, 0, 0, 0, -1, 0}, [3]float64{0, 0, 2}, 1},
		{"coronal, front to back", coronal, [3]float64{0, 2, 0}, 1},
		{"sagittal, left to right", sagittal, [3]float64{-2, 0, 0}, 1},
		{"oblique", []float64{1, 0, 0, 0, math.Cos(0.5), -math.Sin(0.5)}, [3]float64{0, 2 * math.Sin(0.5), 2 * math.Cos(0.5)}, 1},
	}
	for _, c := range cases {
		k := one(t, series(5, 0, func(i int, h *dicom.Header) {
			h.ImageOrientation = c.orientation
			h.ImagePosition = []float64{float64(i) * c.step[0], float64(i) * c.step[1], float64(i) * c.step[2]}
		}))
		if k.Frames[0].Item.InstanceNumber != c.first || math.Abs(k.Spacing-2) > 1e-9 || len(k.Notes) != 0 {
			t.Errorf("%s: %s, spacing %v, %v", c.name, numbers(k), k.Spacing, k.Notes)
		}
	}
}

func TestGap(t *testing.T) {
	k := one(t, series(20, 1, func(i int, h *dicom.Header) {
		if i >= 10 {
			h.ImagePosition[2] += 3 // 3 slices less, between the 10th and the 11th
		}
	}))
	n := noted(k)
	if !strings.Contains(n[fault.Gap], "about 3 missing; the widest gap lies between slices 10 and 11: 4.00 mm instead of 1.00 mm") || len(k.Notes) != 1 {
		t.Errorf("%v", k.Notes)
	}
}

func TestDuplicates(t *testing.T) {
	items := series(10, 2, nil)
	again := slice(11, 8)
	items = append(items, itemOf(again))
	k := one(t, items)
	if n := noted(k); !strings.Contains(n[fault.Duplicate], "1 of 11 slices lie where another lies") || len(n) != 1 {
		t.Errorf("%v", k.Notes)
	}
	if numbers(k) != "1 2 3 4 5 11 6 7 8 9 10" {
		t.Error(numbers(k))
	}
}

func TestUneven(t *testing.T) {
	k := one(t, series(10, 2, func(i int, h *dicom.Header) { h.ImagePosition[2] += 0.3 * float64(i%2) }))
	if n := noted(k); !strings.Contains(n[fault.Uneven], "varies from 1.70 to 2.30 mm") || len(n) != 1 {
		t.Errorf("%v", k.Notes)
	}
	// Rounding to a hundredth is nothing to speak of.
	k = one(t, series(10, 0.5, func(i int, h *dicom.Header) { h.ImagePosition[2] = math.Round(float64(i)*0.625*100) / 100 }))
	if len(k.Notes) != 0 {
		t.Errorf("%v", k.Notes)
	}
	// A gantry tilted by 10 degrees.
	k = one(t, series(10, 2, func(i int, h *dicom.Header) { h.ImagePosition[1] += 2 * float64(i) * math.Tan(10*math.Pi/180) }))
	if n := noted(k); !strings.Contains(n[fault.Uneven], "by 10.0°") || len(n) != 1 {
		t.Errorf("%v", k.Notes)
	}
}

func TestMixedOrientations(t *testing.T) {
	stacks, _ := group(series(20, 3, func(i int, h *dicom.Header) {
		if i >= 12 {
			h.ImageOrientation, h.ImagePosition = coronal, []float64{0, float64(i) * 3, 0}
		}
	}))
	if len(stacks) != 2 || len(stacks[0].Frames) != 12 || labels(stacks) != "L/P, L/F" {
		t.Fatalf("%s", labels(stacks))
	}
	for _, k := range stacks {
		if n := noted(k); !strings.Contains(n[fault.MixedOrientation], "2 directions") || len(n) != 1 || k.Spacing != 3 {
			t.Errorf("%v", k.Notes)
		}
	}
}

// Projections from all around stay one stack in the order of their numbers.
func TestTurningViews(t *testing.T) {
	k := one(t, series(36, 0, func(i int, h *dicom.Header) {
		a := float64(i) * math.Pi / 18
		h.ImageOrientation = []float64{math.Cos(a), math.Sin(a), 0, 0, 0, -1}
	}))
	if k.Orientation != nil || !strings.HasPrefix(numbers(k), "1 2 3 4 ") || noted(k)[fault.MixedOrientation] == "" {
		t.Errorf("%s, %v", numbers(k), k.Notes)
	}
}

func TestMixedSizes(t *testing.T) {
	stacks, _ := group(series(20, 3, func(i int, h *dicom.Header) {
		if i >= 12 {
			h.Rows = 128
		}
	}))
	if labels(stacks) != "32×64, 32×128" || !strings.Contains(noted(stacks[1])[fault.MixedSize], "2 sizes") {
		t.Errorf("%s %v", labels(stacks), stacks[1].Notes)
	}
	// Two films of one examination are nothing odd.
	stacks, _ = group(series(2, 0, func(i int, h *dicom.Header) {
		h.ImagePosition, h.ImageOrientation, h.Rows = nil, nil, 100+i
	}))
	if len(stacks) != 2 || len(stacks[0].Notes)+len(stacks[1].Notes) != 0 {
		t.Errorf("%s", labels(stacks))
	}
}

func TestLocalizer(t *testing.T) {
	stacks, _ := group(series(11, 3, func(i int, h *dicom.Header) {
		if i == 0 {
			h.ImageType, h.ImageOrientation = []string{"ORIGINAL", "PRIMARY", "LOCALIZER"}, coronal
		}
	}))
	if labels(stacks) != "LOCALIZER, AXIAL" || len(stacks[1].Notes) != 0 || len(stacks[0].Notes) != 0 {
		t.Errorf("%s %v", labels(stacks), stacks[1].Notes)
	}
}

// What repeats each place: by header, or by nothing but the order.
func TestRepeats(t *testing.T) {
	const places, times = 6, 4
	cases := []struct {
		name string
		edit func(round int, h *dicom.Header)
		want string
	}{
		{"temporal position", func(r int, h *dicom.Header) { h.TemporalPosition = fmt.Sprint(r + 1) }, "1/4, 2/4, 3/4, 4/4"},
		{"acquisition", func(r int, h *dicom.Header) { h.AcquisitionNumber = fmt.Sprint(r + 5) }, "1/4, 2/4, 3/4, 4/4"},
		{"echo", func(r int, h *dicom.Header) { h.EchoTime = fmt.Sprintf("%.2f", 4.6*float64(r+1)) }, "TE 4.6 ms, TE 9.2 ms, TE 13.8 ms, TE 18.4 ms"},
		{"two echoes, two times", func(r int, h *dicom.Header) {
			h.EchoTime, h.TemporalPosition = fmt.Sprint(10*(r%2+1)), fmt.Sprint(r/2)
		}, "TE 10 ms 1/2, TE 10 ms 2/2, TE 20 ms 1/2, TE 20 ms 2/2"},
		{"order only", func(int, *dicom.Header) {}, "1/4, 2/4, 3/4, 4/4"},
	}
	for _, c := range cases {
		for _, slicesFirst := range []bool{true, false} {
			stacks, _ := group(series(places*times, 0, func(i int, h *dicom.Header) {
				round, place := i/places, i%places
				if !slicesFirst {
					round, place = i%times, i/times
				}
				// Noise as of computing positions anew each time.
				h.ImagePosition[2] = float64(place)*2.005 + 1e-5*float64(round)
				c.edit(round, h)
			}))
			if labels(stacks) != c.want {
				t.Errorf("%s: %s", c.name, labels(stacks))
			}
			for _, k := range stacks {
				if len(k.Frames) != places || math.Abs(k.Spacing-2.005) > 1e-4 || len(k.Notes) != 0 {
					t.Errorf("%s: %s: %d frames, spacing %v, %v", c.name, k.Label, len(k.Frames), k.Spacing, k.Notes)
				}
			}
		}
	}
	// A number of its own for each slice splits nothing.
	k := one(t, series(10, 2, func(i int, h *dicom.Header) { h.AcquisitionNumber, h.EchoTime = fmt.Sprint(i), fmt.Sprint(4+i%2) }))
	if len(k.Frames) != 10 {
		t.Error(labels([]*Stack{k}))
	}
	// One place many times is a film in the order of its numbers.
	k = one(t, series(25, 0, func(i int, h *dicom.Header) {
		h.TemporalPosition, h.ImagePosition[2] = fmt.Sprint(i), 1e-6*float64(i*7%5)
	}))
	if len(k.Notes) != 0 || k.Spacing != 0 || !strings.HasPrefix(numbers(k), "1 2 3 4 5 6 ") {
		t.Errorf("%s %v", numbers(k), k.Notes)
	}
}

func TestCopies(t *testing.T) {
	items := series(5, 2, nil)
	for i := range 5 {
		h := slice(i+1, float64(i)*2)
		items = append(items, FromDICOM(blob.File(fmt.Sprintf("/scans/copy of IM%d", i+1)), &h, nil))
	}
	stacks, _ := group(items)
	if len(stacks) != 2 || labels(stacks) != ", (2)" || len(stacks[0].Notes) != 0 || !strings.Contains(noted(stacks[1])[fault.Duplicate], "5 images have the SOP Instance UID") {
		t.Fatalf("%s", labels(stacks))
	}
}

func TestWithoutPlaces(t *testing.T) {
	items := series(12, 0, func(i int, h *dicom.Header) {
		h.ImagePosition = nil
		if i >= 9 {
			h.InstanceNumber = ""
		}
	})
	items[0].Blob, items[1].Blob = blob.File("/scans/IM2"), blob.File("/scans/IM10")
	k := one(t, items)
	if !strings.HasPrefix(numbers(k), "1 2 3 4 5 6 7 8 9 0") || k.Orientation != nil || k.Spacing != 0 {
		t.Error(numbers(k))
	}
}

func TestFilms(t *testing.T) {
	var items []*Item
	for i := range 3 {
		h := slice(i+1, 0)
		h.ImagePosition, h.ImageOrientation, h.Frames, h.FrameRate, h.Modality = nil, nil, 30, 15, "US"
		items = append(items, itemOf(h))
	}
	stacks, _ := group(items)
	if labels(stacks) != "#1, #2, #3" {
		t.Fatal(labels(stacks))
	}
	for _, k := range stacks {
		if len(k.Frames) != 30 || k.FrameRate != 15 || k.Frames[29].Index != 29 {
			t.Errorf("%+v", k)
		}
	}
}

func TestEnhanced(t *testing.T) {
	h := slice(1, 0)
	h.Frames, h.ImagePosition, h.ImageOrientation = 24, nil, nil
	for n := range 24 { // two stacks of 6 places at 2 times, backwards
		h.PerFrame = append(h.PerFrame, dicom.FrameInfo{
			StackID: fmt.Sprint(n / 12), TemporalIndex: n%2 + 1,
			Position: []float64{0, 0, float64(100 - n%12/2*4)}, Orientation: axial,
		})
	}
	stacks, _ := group([]*Item{itemOf(h)})
	if labels(stacks) != "0 1/2, 0 2/2, 1 1/2, 1 2/2" {
		t.Fatal(labels(stacks))
	}
	want := []int{10, 8, 6, 4, 2, 0}
	for i, f := range stacks[0].Frames {
		if f.Index != want[i] {
			t.Errorf("frame %d is %d", i, f.Index)
		}
	}
	if stacks[0].Spacing != 4 || len(stacks[0].Notes) != 0 {
		t.Errorf("%v %v", stacks[0].Spacing, stacks[0].Notes)
	}
}

func TestOthers(t *testing.T) {
	h := slice(1, 0)
	report := FromDICOM(blob.File("/scans/report"), &h, fault.New(fault.NoPixels, "", "modality SR"))
	stacks, others := group([]*Item{report, itemOf(slice(2, 0))})
	if len(stacks) != 1 || len(others) != 1 || !others[0].NoImage() {
		t.Errorf("%d stacks, %d others", len(stacks), len(others))
	}
}

// The result does not depend on the order of the files.
func TestOrderOfFilesIsNothing(t *testing.T) {
	items := series(60, 0, func(i int, h *dicom.Header) {
		h.ImagePosition[2], h.EchoTime, h.Rows = float64(i/2%15), fmt.Sprint(i%2), 64*(i/30+1)
	})
	describe := func() string {
		stacks, _ := group(items)
		var b strings.Builder
		for _, k := range stacks {
			fmt.Fprintln(&b, k.Key, k.Label, numbers(k), k.Notes)
		}
		return b.String()
	}
	want := describe()
	for seed := range int64(5) {
		rand.New(rand.NewSource(seed)).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		if got := describe(); got != want {
			t.Fatalf("%s\n%s", got, want)
		}
	}
}

// Positions that are no numbers, huge or hostile cost neither a panic nor time.
func TestHostilePlaces(t *testing.T) {
	bad := []float64{math.NaN(), math.Inf(1), math.MaxFloat64, -math.MaxFloat64, 0}
	items := series(3000, 0, func(i int, h *dicom.Header) {
		h.ImagePosition = []float64{bad[i%5], float64(i % 7), bad[i%3]}
		a := float64(i%1500) * 0.004
		h.ImageOrientation = []float64{math.Cos(a), math.Sin(a), 0, 0, 0, -1}
		if i%10 == 0 {
			h.ImageOrientation = []float64{bad[i%5], 0, 0, 0, bad[i%4], 0}
		}
	})
	stacks, _ := group(items)
	n := 0
	for _, k := range stacks {
		n += len(k.Frames)
	}
	if n != 3000 {
		t.Errorf("%d frames", n)
	}
}

// Some writers give every slice of a series the same SOP Instance UID. Number
// and place tell the slices apart; a real copy has those in common too.
func TestOneInstanceUIDForAll(t *testing.T) {
	var items []*Item
	for i := range 5 {
		h := dicom.Header{
			SOPInstanceUID: "1.2.3", SeriesUID: "1.2", StudyUID: "1", InstanceNumber: fmt.Sprint(i + 1), Rows: 4, Columns: 4, Samples: 1, Frames: 1,
			Photometric: "MONOCHROME2", ImagePosition: []float64{0, 0, float64(i)}, ImageOrientation: []float64{1, 0, 0, 0, 1, 0},
		}
		items = append(items, FromDICOM(blob.File(fmt.Sprintf("/x/%d.dcm", i)), &h, nil))
	}
	stacks, _ := group(items)
	if len(stacks) != 1 || len(stacks[0].Frames) != 5 {
		t.Errorf("%d stacks", len(stacks))
	}
}
