package app

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightbox/model"
	"lightbox/model/arch"
	"lightbox/model/breast"
	"lightbox/model/breast/breasttest"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// Size of phantoms of the breast, in pixels.
const sonoRows, sonoColumns = 240, 320

// sonogram is a phantom of the breast as a file; extra elements replace those that say
// it is ultrasound of the breast of a woman of 50.
func sonogram(seed uint64, lesion breasttest.Lesion, extra ...dicomtest.Element) []byte {
	p := breasttest.Phantom(rand.New(rand.NewPCG(seed, 1)), sonoRows, sonoColumns, lesion)
	m := dicomtest.Image{Rows: sonoRows, Columns: sonoColumns, Stored: 8, Values: make([]uint16, len(p.Pix))}
	for i, v := range p.Bytes() {
		m.Values[i] = uint16(v)
	}
	m.Extra = append([]dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "US"}, {Tag: 0x00180015, VR: "CS", Value: "BREAST"},
		{Tag: 0x00101010, VR: "AS", Value: "050Y"}, {Tag: 0x00100040, VR: "CS", Value: "F"},
		dicomtest.DS(dicomtest.WindowCentre, "127.5"), dicomtest.DS(dicomtest.WindowWidth, "256"),
	}, extra...)
	return m.Bytes()
}

// lesion is one in the middle of the phantom.
func lesion() breasttest.Lesion { return breasttest.Lesion{X: 0.5, Y: 0.4, Across: 0.15, Down: 0.12} }

func scanOf(t *testing.T, data []byte) *vision.Scan {
	t.Helper()
	scan, err := vision.Open(context.Background(), write(t, "us.dcm", data), nil)
	if err != nil {
		t.Fatal(err)
	}
	return scan
}

// withBreast is a network whose embedded models are the chest's and one for the
// breast, of random weights, that knows what phantoms look like.
func withBreast(t *testing.T) *Network {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	look, err := breast.NewLook(breasttest.Described(300, r, sonoRows/2, sonoColumns/2, breast.Describe))
	if err != nil {
		t.Fatal(err)
	}
	w, err := arch.NewWeights(breast.Net(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range w { // new networks answer 0
		if strings.HasPrefix(part.Name, "logit.") {
			for i := range part.Data {
				part.Data[i] = float32(r.NormFloat64())
			}
		}
	}
	m, err := model.NewModel(model.Meta{
		Name: model.BreastName, Architecture: model.BreastArchitecture, Finding: model.FindingMalignant, Population: model.PopulationBreast,
		Preprocessing: model.BreastPreprocessing, MirrorAveraging: true, Members: 1, Ages: []model.Ages{{From: 25, Until: 76}}, Look: look,
	}, model.EnsembleTensors(nil, []arch.Weights{w}))
	if err != nil {
		t.Fatal(err)
	}
	n := NewNetwork(AutoModel)
	n.loaded.embedded = []string{model.BreastName, model.ChestName, model.DefaultName}
	n.loaded.load[model.BreastName] = func() (*model.Model, error) { return m, nil }
	return n
}

// TestBreastIsChosen: for files that say that they show ultrasound of the breast, and
// for no others; why not is said by the model that reads the modality.
func TestBreastIsChosen(t *testing.T) {
	n := withBreast(t)
	modality := func(s string) dicomtest.Element { return dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: s} }
	part := func(s string) dicomtest.Element { return dicomtest.Element{Tag: 0x00180015, VR: "CS", Value: s} }
	for name, c := range map[string]struct {
		extra  []dicomtest.Element
		asked  string
		status Status
		model  string
		says   []string // in why it was chosen, or refused
	}{
		"breast":             {nil, AutoModel, Result, model.BreastName, []string{"US", "BREAST"}},
		"no part":            {[]dicomtest.Element{part("")}, AutoModel, Refused, model.BreastName, []string{"US", "model breast", "by name"}},
		"no part, asked for": {[]dicomtest.Element{part("")}, model.BreastName, Result, model.BreastName, nil},
		"liver":              {[]dicomtest.Element{part("LIVER")}, AutoModel, Refused, model.BreastName, []string{"LIVER", "ultrasound of the breast"}},
		"brain":              {[]dicomtest.Element{modality("MR"), part("BRAIN")}, AutoModel, Refused, model.ChestName, []string{"MR"}},
		"hand":               {[]dicomtest.Element{modality("CR"), part("HAND")}, AutoModel, Refused, model.ChestName, []string{"HAND"}},
	} {
		scan := scanOf(t, sonogram(3, lesion(), c.extra...))
		r, err := n.With(c.asked).Read(context.Background(), scan)
		if err != nil {
			t.Fatal(err)
		}
		said := r.Reason
		if c.status == Result {
			said = r.Chosen
		}
		if r.Status != c.status || r.Model != c.model || (said == nil) != (c.says == nil) {
			t.Errorf("%s: status %d by %s, %v", name, r.Status, r.Model, said)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(said.String(), s) {
				t.Errorf("%s: %q does not say %q", name, said, s)
			}
		}
		if g, err := n.With(c.asked).Gate(scan); err != nil || (g.Status == Refused) != (c.status == Refused) {
			t.Errorf("%s: the gate alone says %d, %v", name, g.Status, err)
		}
	}
	choices := n.Choices(scanOf(t, sonogram(3, lesion(), part(""))))
	if i := slices.IndexFunc(choices, func(c Choice) bool { return c.Name == model.BreastName }); i < 0 || !choices[i].Eligible {
		t.Errorf("%+v", choices)
	}
}

// TestBreastLooks: what is labelled as ultrasound of the breast and is none is refused.
func TestBreastLooks(t *testing.T) {
	n := withBreast(t)
	chest := film(t, nil, dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: "US"}, dicomtest.Element{Tag: 0x00180015, VR: "CS", Value: "BREAST"})
	blank := film(t, each(func(uint16) uint16 { return 700 }), dicomtest.Element{Tag: 0x00080060, VR: "CS", Value: "US"}, dicomtest.Element{Tag: 0x00180015, VR: "CS", Value: "BREAST"})
	for name, scan := range map[string]*vision.Scan{"chest": chest, "blank": blank} {
		r, err := n.Read(context.Background(), scan)
		if err != nil || r.Status != Refused || r.Model != model.BreastName {
			t.Errorf("%s: status %d by %s, %v, %v", name, r.Status, r.Model, r.Reason, err)
		}
	}
}

// covered is the occlusion map of a phantom by a model, over the whole picture.
func covered(t *testing.T, m *model.Model, data []byte) plane.Plane {
	t.Helper()
	rows, columns, pix, err := scanOf(t, data).ModelInput(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Explain(context.Background(), model.Gray{Rows: rows, Columns: columns, Pix: pix})
	if err != nil {
		t.Fatal(err)
	}
	if x.Within != model.WholePicture {
		t.Fatalf("the map lies over %+v", x.Within)
	}
	occlusion, err := x.Occlude(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return occlusion
}

// TestAPlantedLesionIsFoundInPlace: a lesion that is planted in a phantom of the breast
// changes the occlusion map most near it, not farther away, in either direction, than
// one square that is covered. Whether it speaks for or against the finding is the
// network's. This holds for any network: for one of random weights too, which is there
// before any is embedded.
func TestAPlantedLesionIsFoundInPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("each occlusion map reads the picture some hundred times")
	}
	random, err := withBreast(t).model(model.BreastName)
	if err != nil {
		t.Fatal(err)
	}
	models := map[string]*model.Model{"random weights": random}
	if slices.Contains(model.EmbeddedNames(), model.BreastName) {
		if models["embedded"], err = model.Embedded(model.BreastName); err != nil {
			t.Fatal(err)
		}
		if r, err := NewNetwork(AutoModel).Read(context.Background(), scanOf(t, sonogram(7, lesion()))); err != nil || r.Status != Result || r.Model != model.BreastName {
			t.Errorf("the phantom is not read: %v, %v", r.Reason, err)
		}
	} else {
		t.Log("no model for the breast is embedded: one of random weights alone is tested")
	}
	const across, down = 0.07, 0.08 // of the lesion
	const square = 12. / breast.Side
	for name, m := range models {
		before := covered(t, m, sonogram(7, breasttest.Lesion{}))
		for _, at := range [][2]float64{{0.3, 0.3}, {0.5, 0.35}, {0.7, 0.4}, {0.35, 0.5}, {0.65, 0.55}} {
			after := covered(t, m, sonogram(7, breasttest.Lesion{X: at[0], Y: at[1], Across: across, Down: down}))
			for i, v := range before.Pix {
				after.Pix[i] = float32(math.Abs(float64(after.Pix[i] - v)))
			}
			x, y, _, _ := model.Peak(after, model.WholePicture)
			dx, dy := math.Abs(x-at[0]), math.Abs(y-at[1])
			say := t.Logf
			if dx > across+square || dy > down+square {
				say = t.Errorf
			}
			say("%s: lesion at (%.2f, %.2f), the map changes most at (%.2f, %.2f)", name, at[0], at[1], x, y)
		}
	}
}
