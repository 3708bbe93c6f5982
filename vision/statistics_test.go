package vision

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"gocv.io/x/gocv"

	"lightbox/vision/dicom/dicomtest"
)

// noisy is 23 × 31 pixels of noise, few values often.
func noisy(bits int, extra ...dicomtest.Element) dicomtest.Image {
	rnd := rand.New(rand.NewSource(7))
	m := dicomtest.Image{Rows: 23, Columns: 31, Stored: bits, Values: make([]uint16, 23*31), Extra: extra}
	for i := range m.Values {
		m.Values[i] = uint16(rnd.Intn(1 << bits))
		if rnd.Intn(3) == 0 {
			m.Values[i] = uint16(rnd.Intn(1<<bits) &^ 15)
		}
	}
	return m
}

// patches are spans of many lengths, some of them outside.
func patches(s *Scan) (spans []Span) {
	for row := -2; row < s.Stored.Rows+2; row++ {
		spans = append(spans, Span{row, -3 + row%5, 4 + row%7}, Span{row, 12, 12 + 2*row}, Span{row, 9, 9})
	}
	return spans
}

// reckoned are the statistics that plain loops come to, without the histogram: skewness
// and kurtosis as means of the cubes and fourth powers of standard scores.
func reckoned(v []float64) (st Statistics) {
	slices.Sort(v)
	n := len(v)
	for _, x := range v {
		st.Mean += x / float64(n)
	}
	for _, x := range v {
		st.SD += (x - st.Mean) * (x - st.Mean) / float64(n)
	}
	st.Pixels, st.SD = n, math.Sqrt(st.SD)
	for _, x := range v {
		z := (x - st.Mean) / st.SD
		st.Skewness += z * z * z / float64(n)
		st.Kurtosis += z * z * z * z / float64(n)
	}
	st.Kurtosis -= 3
	st.Min, st.Max, st.Median = v[0], v[n-1], v[n/2]
	if n%2 == 0 {
		st.Median = (v[n/2-1] + v[n/2]) / 2
	}
	return st
}

// histogram checks that bins hold as many values as are in their bounds.
func checkHistogram(t *testing.T, h Histogram, v []float64) {
	t.Helper()
	if len(h.Counts) == 0 || len(h.Counts) > histogramBins {
		t.Fatalf("%d bins", len(h.Counts))
	}
	want := make([]int, len(h.Counts))
	for _, x := range v {
		bin := 0
		if h.Width > 0 {
			bin = int(math.Floor((x-h.Low)/h.Width + 1e-9))
		}
		want[min(bin, len(want)-1)]++
	}
	if !slices.Equal(h.Counts, want) {
		t.Errorf("histogram from %v by %v: %v, counted %v", h.Low, h.Width, h.Counts, want)
	}
}

// TestStatistics compares with plain loops over modality values, worked out from
// what the file was written with.
func TestStatistics(t *testing.T) {
	rescaled := []dicomtest.Element{dicomtest.DS(dicomtest.RescaleSlope, "2.5"), dicomtest.DS(dicomtest.RescaleIntercept, "-1024")}
	falling := []dicomtest.Element{dicomtest.DS(dicomtest.RescaleSlope, "-0.5"), dicomtest.DS(dicomtest.RescaleIntercept, "10")}
	padded := []dicomtest.Element{{Tag: 0x00280120, VR: "US", Value: 16}, {Tag: 0x00280121, VR: "US", Value: 63}}
	table := make([]uint16, 4096)
	for i := range table {
		table[i] = uint16(i * i / 512) // several numbers to one value, padding to that of others
	}
	lut := dicomtest.Element{Tag: dicomtest.ModalityLUT, VR: "SQ", Items: [][]dicomtest.Element{dicomtest.LUT(0, 16, table)}}
	signed := noisy(12, rescaled...)
	signed.Signed = true
	twelve := func(v uint16) float64 { return float64(int16(v<<4) >> 4) }
	plain := func(v uint16) float64 { return float64(v) }
	notPadding := func(f func(uint16) float64) func(uint16) float64 {
		return func(v uint16) float64 {
			if v >= 16 && v <= 63 {
				return math.NaN()
			}
			return f(v)
		}
	}
	inverse := noisy(12)
	inverse.Photometric = "MONOCHROME1" // how it is shown changes no value
	constant := noisy(8)
	constant.Values = slices.Repeat([]uint16{7}, len(constant.Values))
	for name, c := range map[string]struct {
		image dicomtest.Image
		value func(uint16) float64
	}{
		"8 bits":         {noisy(8), plain},
		"16 bits":        {noisy(16), plain},
		"MONOCHROME1":    {inverse, plain},
		"one value":      {constant, plain},
		"signed, HU":     {signed, func(v uint16) float64 { return 2.5*twelve(v) - 1024 }},
		"falling slope":  {noisy(12, falling...), func(v uint16) float64 { return -0.5*float64(v) + 10 }},
		"padding":        {noisy(8, padded...), notPadding(plain)},
		"lookup":         {noisy(12, lut), func(v uint16) float64 { return float64(table[v]) }},
		"lookup,padding": {noisy(12, append(padded, lut)...), notPadding(func(v uint16) float64 { return float64(table[v]) })},
	} {
		s := openDICOMImage(t, c.image)
		spans := patches(s)
		var values []float64
		left := 0
		for _, p := range spans {
			for x := p.From; x < p.To; x++ {
				if !s.Stored.Contains(x, p.Row) {
					continue
				}
				v := c.value(c.image.Values[p.Row*31+x])
				if math.IsNaN(v) != s.Padding(x, p.Row) {
					t.Errorf("%s: padding at %d, %d", name, x, p.Row)
				}
				if math.IsNaN(v) {
					left++
				} else {
					values = append(values, v)
				}
			}
		}
		compareStatistics(t, name, s.Statistics(spans), values, left)
	}
}

func compareStatistics(t *testing.T, name string, got Statistics, values []float64, left int) {
	t.Helper()
	want := reckoned(values)
	want.LeftOut = left
	if got.Pixels != want.Pixels || got.LeftOut != want.LeftOut {
		t.Errorf("%s: %d pixels and %d left out, counted %d and %d", name, got.Pixels, got.LeftOut, want.Pixels, want.LeftOut)
	}
	scale := max(math.Abs(want.Min), math.Abs(want.Max), 1)
	for _, v := range [][2]float64{{got.Mean, want.Mean}, {got.SD, want.SD}, {got.Min, want.Min}, {got.Max, want.Max}, {got.Median, want.Median}} {
		if !(math.Abs(v[0]-v[1]) <= 1e-9*scale) {
			t.Errorf("%s: %+v, reckoned %+v", name, got, want)
			break
		}
	}
	if want.Min == want.Max {
		want.Skewness, want.Kurtosis = math.NaN(), math.NaN() // whatever rounding made of 0/0
	}
	for _, v := range [][2]float64{{got.Skewness, want.Skewness}, {got.Kurtosis, want.Kurtosis}} {
		if math.IsNaN(v[0]) != math.IsNaN(v[1]) || math.Abs(v[0]-v[1]) > 1e-8*max(1, math.Abs(v[1])) {
			t.Errorf("%s: skewness %v, kurtosis %v, reckoned %v and %v", name, got.Skewness, got.Kurtosis, want.Skewness, want.Kurtosis)
		}
	}
	checkHistogram(t, got.Histogram, values)
}

// TestStatisticsWide takes the values of 32 bits and floating point, not their steps.
func TestStatisticsWide(t *testing.T) {
	rnd := rand.New(rand.NewSource(3))
	floats := make([]float64, 23*31)
	for i := range floats {
		floats[i] = float64(float32(rnd.NormFloat64() * 1e-3))
	}
	floats[40], floats[41] = 5, math.NaN() // one far off makes the steps coarse
	for _, slope := range []string{"2", "-3"} {
		m := dicomtest.Image{Rows: 23, Columns: 31, Stored: 32, Raw: make([]byte, 4*23*31), Extra: []dicomtest.Element{
			dicomtest.DS(dicomtest.RescaleSlope, slope), dicomtest.DS(dicomtest.RescaleIntercept, "1"),
			{Tag: 0x7FE00008, VR: "OF", Value: floats},
		}, Omit: []uint32{dicomtest.Pixels}}
		s := openDICOMImage(t, m)
		var values []float64
		left := 0
		spans := patches(s)
		for _, p := range spans {
			for x := p.From; x < p.To; x++ {
				if !s.Stored.Contains(x, p.Row) {
					continue
				}
				v := floats[p.Row*31+x]*map[string]float64{"2": 2, "-3": -3}[slope] + 1
				if math.IsNaN(v) {
					left++
				} else {
					values = append(values, v)
				}
			}
		}
		compareStatistics(t, "float, slope "+slope, s.Statistics(spans), values, left)
	}
	whole := dicomtest.Image{Rows: 2, Columns: 3, Allocated: 32, Stored: 32, Raw: []byte{
		1, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 0, 9, 0, 0, 0, 9, 0, 0, 0, 2, 0, 1, 0}, Extra: []dicomtest.Element{
		{Tag: 0x00280120, VR: "US", Value: 9}}}
	got := openDICOMImage(t, whole).Statistics([]Span{{0, 0, 3}, {1, 0, 3}})
	compareStatistics(t, "32 bits, padding", got, []float64{1, 1 << 24, 1<<24 - 1, 65538}, 2)
}

// TestStatisticsOfColour takes the luma of the grayscale view, which OpenCV makes.
func TestStatisticsOfColour(t *testing.T) {
	deep := dicomtest.Image{Rows: 23, Columns: 31, Samples: 3, Stored: 16, Values: make([]uint16, 3*23*31)}
	rnd := rand.New(rand.NewSource(5))
	for i := range deep.Values {
		deep.Values[i] = uint16(rnd.Intn(1 << 16))
	}
	for name, s := range map[string]*Scan{
		"8 bits": open(t, "colour.png", pngBytes(t, colourPicture(50, 40))), "16 bits": openDICOMImage(t, deep),
	} {
		g, err := s.Gray(background)
		if err != nil {
			t.Fatal(err)
		}
		var values []float64
		for _, p := range g.Pix {
			values = append(values, float64(p))
		}
		var spans []Span
		for row := range s.Stored.Rows {
			spans = append(spans, Span{row, 0, s.Stored.Columns})
		}
		compareStatistics(t, name, s.Statistics(spans), values, 0)
	}
}

// TestStatisticsOfIncomplete leaves out the rows that are not there, gray and colour.
func TestStatisticsOfIncomplete(t *testing.T) {
	colour := dicomtest.Image{Rows: 40, Columns: 30, Samples: 3, Stored: 8, Values: slices.Repeat([]uint16{9}, 3*40*30)}
	gray := dicomtest.Image{Rows: 40, Columns: 30, Values: slices.Repeat([]uint16{9}, 40*30)}
	for name, m := range map[string]dicomtest.Image{"gray": gray, "colour": colour} {
		data := m.Bytes()
		s := open(t, "cut.dcm", data[:len(data)-30*10])
		if s.Decoded == 0 || s.Decoded == 40 {
			t.Fatalf("%s: %d rows decoded", name, s.Decoded)
		}
		var spans []Span
		for row := range 40 {
			spans = append(spans, Span{row, 5, 15})
		}
		st := s.Statistics(spans)
		if st.Pixels != 10*s.Decoded || st.LeftOut != 400-st.Pixels || st.Mean != 9 || st.SD != 0 || st.Min != 9 {
			t.Errorf("%s, %d rows decoded: %+v", name, s.Decoded, st)
		}
	}
	if st := openDICOMImage(t, gray).Statistics([]Span{{-1, 0, 9}, {40, 0, 9}, {3, 9, 9}, {3, 30, 99}}); st.Pixels != 0 || st.LeftOut != 0 {
		t.Errorf("outside: %+v", st)
	}
}

// TestStatisticsOpenCV compares with OpenCV's mean, deviation and extremes of a
// masked film.
func TestStatisticsOpenCV(t *testing.T) {
	s := openDICOMImage(t, phantom(12))
	var spans []Span
	mask := gocv.NewMatWithSize(s.Stored.Rows, s.Stored.Columns, gocv.MatTypeCV8U)
	defer closeMat(&mask)
	mask.SetTo(gocv.NewScalar(0, 0, 0, 0))
	for row := 10; row < 70; row++ {
		p := Span{row, 40 - row/2, 30 + row/3}
		spans = append(spans, p)
		for x := p.From; x < p.To; x++ {
			mask.SetUCharAt(row, x, 255)
		}
	}
	got := s.Statistics(spans)
	err := withMat(s.Values, func(m gocv.Mat) error {
		mean, sd := gocv.NewMat(), gocv.NewMat()
		defer closeMat(&mean)
		defer closeMat(&sd)
		if err := gocv.MeanStdDevWithMask(m, &mean, &sd, mask); err != nil {
			return err
		}
		low, high, _, _ := gocv.MinMaxLocWithMask(m, mask)
		if math.Abs(got.Mean-mean.GetDoubleAt(0, 0)) > 1e-9*got.Mean || math.Abs(got.SD-sd.GetDoubleAt(0, 0)) > 1e-9*got.SD ||
			got.Min != float64(low) || got.Max != float64(high) || got.Pixels != gocv.CountNonZero(mask) {
			t.Errorf("%+v; OpenCV: mean %v, deviation %v, from %v to %v", got, mean.GetDoubleAt(0, 0), sd.GetDoubleAt(0, 0), low, high)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkStatistics(b *testing.B) {
	for _, wide := range []bool{false, true} {
		b.Run(map[bool]string{false: "16 bits", true: "wide"}[wide], func(b *testing.B) { benchmarkStatistics(b, wide) })
	}
}

func benchmarkStatistics(b *testing.B, wide bool) {
	rnd := rand.New(rand.NewSource(1))
	m := NewImage(2500, 2500, 1, 16, false)
	for i := range m.Pix {
		m.Pix[i] = uint16(1000 + rnd.Intn(200))
	}
	s := &Scan{Stored: m, Values: m, Decoded: m.Rows, Modality: Modality{Slope: 1}}
	if wide {
		s.Wide = make([]float64, len(m.Pix))
		for i, p := range m.Pix {
			s.Wide[i] = float64(p) + rnd.Float64() - 0.5
		}
	}
	var spans []Span
	for row := range 2000 {
		spans = append(spans, Span{row, 100, 2100})
	}
	for b.Loop() {
		s.Statistics(spans)
	}
}

// Moments and entropies that are known: of a coin with heads at p, of an even
// distribution, of what leans to either side.
func TestMomentsInClosedForm(t *testing.T) {
	of := func(slope string, counts map[int]int) Statistics {
		m := dicomtest.Image{Rows: 10, Columns: 64, Stored: 12, Values: make([]uint16, 640), Extra: []dicomtest.Element{
			dicomtest.DS(dicomtest.RescaleSlope, slope), dicomtest.DS(dicomtest.RescaleIntercept, "3"),
		}}
		i := 0
		for v, n := range counts {
			for range n {
				m.Values[i] = uint16(v)
				i++
			}
		}
		if i != 640 {
			t.Fatalf("%d pixels", i)
		}
		var spans []Span
		for row := range 10 {
			spans = append(spans, Span{row, 0, 64})
		}
		return openDICOMImage(t, m).Statistics(spans)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) < 1e-9) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	even := map[int]int{}
	for v := range 64 {
		even[100+v] = 10
	}
	for slope, sign := range map[string]float64{"1": 1, "0.25": 1, "-2": -1} {
		for _, heads := range []int{64, 128, 320, 480} {
			p := float64(heads) / 640 // Bernoulli: (1 − 2p) / √(pq) and (1 − 6pq) / pq
			st, pq := of(slope, map[int]int{10: 640 - heads, 900: heads}), p*(1-p)
			near("the skewness of a coin", st.Skewness, sign*(1-2*p)/math.Sqrt(pq))
			near("the kurtosis of a coin", st.Kurtosis, (1-6*pq)/pq)
			near("the entropy of a coin", st.Histogram.Entropy(), -p*math.Log2(p)-(1-p)*math.Log2(1-p))
		}
		st := of(slope, even) // discrete and even: 0 and −6(n² + 1) / 5(n² − 1)
		near("the skewness of an even distribution", st.Skewness, 0)
		near("the kurtosis of an even distribution", st.Kurtosis, -6.0*(64*64+1)/(5*(64*64-1)))
		near("the entropy of an even distribution", st.Histogram.Entropy(), 6)
	}
	st := of("1", map[int]int{77: 640})
	if !math.IsNaN(st.Skewness) || !math.IsNaN(st.Kurtosis) || st.Histogram.Entropy() != 0 || math.Signbit(st.Histogram.Entropy()) {
		t.Errorf("of one value: %+v", st)
	}
}
