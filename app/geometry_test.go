package app

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"lightbox/app/films"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
	"lightbox/vision/dicom/dicomtest"
)

// The phantom of the geometry self-test, and the disc that is planted in it.
const (
	filmRows, filmColumns = 256, 224
	discRadius            = 16   // pixels
	discLight             = 0.4  // of the range of values
	leastMoved            = 0.1  // nats by which a disc moves the logit, to be a cause
	leastPart             = 0.25 // of what the disc moves it that moves it most
	leastCauses           = 3    // of the discs
)

// places lie in the phantom's lungs, in parts of its width and height.
var places = [][2]float64{{0.3, 0.3}, {0.3, 0.5}, {0.3, 0.62}, {0.7, 0.3}, {0.7, 0.45}, {0.75, 0.55}, {0.25, 0.45}, {0.22, 0.6}}

// filmWithDisc is the phantom with a bright disc about a place; without one for a
// radius of 0.
func filmWithDisc(x, y, radius, light float64) []byte {
	m := dicomtest.Chest(filmRows, filmColumns, 10)
	for i, v := range m.Values {
		dx, dy := float64(i%filmColumns)+0.5-x*filmColumns, float64(i/filmColumns)+0.5-y*filmRows
		if math.Hypot(dx, dy) < radius {
			m.Values[i] = uint16(math.Min(float64(v)+light*1023, 1023))
		}
	}
	m.Extra = []dicomtest.Element{
		{Tag: 0x00080060, VR: "CS", Value: "CR"}, {Tag: 0x00180015, VR: "CS", Value: "CHEST"}, {Tag: 0x00185101, VR: "CS", Value: "PA"},
		{Tag: 0x00101010, VR: "AS", Value: "004Y"},
		dicomtest.DS(dicomtest.WindowCentre, "511"), dicomtest.DS(dicomtest.WindowWidth, "1023"),
	}
	return m.Bytes()
}

// explainedFilm reads a film; the test ends where it is refused.
func explainedFilm(t *testing.T, n *Network, data []byte) (x *model.Explanation, occlusion plane.Plane) {
	t.Helper()
	scan, err := vision.Open(context.Background(), write(t, "film.dcm", data), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := n.Read(context.Background(), scan)
	if err != nil || r.Status != Result {
		t.Fatalf("status %d, reason %v: %v", r.Status, r.Reason, err)
	}
	occlusion, err = r.Explanation.Occlude(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r.Explanation, occlusion
}

// change is where a map grows most from one film to another, or falls most where
// sign is −1.
func change(t *testing.T, from, to plane.Plane, within model.Box, sign float32) (x, y float64) {
	t.Helper()
	d := to.Clone()
	for i := range d.Pix {
		d.Pix[i] = sign * (d.Pix[i] - from.Pix[i])
	}
	x, y, value, _ := model.Peak(d, within)
	if value <= 0 {
		t.Errorf("it changes nowhere")
	}
	return x, y
}

// TestAPlantedDiscLightsUpInPlace: for each embedded model that reads chest
// radiographs, a bright disc in a lung raises both maps of influence most near
// that disc, or lowers them most there if it lowers the logit: not farther from it,
// in either direction, than one place of Grad-CAM is wide, or one square that is
// covered. A disc that leaves the logit as it was is no cause of anything, and one that
// moves it little beside the others moves the map less than it moves by itself.
func TestAPlantedDiscLightsUpInPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("each occlusion map reads the film some hundred times")
	}
	// Sides of a place, and of a covered square, in parts of what the model sees.
	sides := map[string][2]float64{model.ChestName: {4. / 96, 12. / 96}, model.DefaultName: {2. / 28, 6. / 28}}
	for _, name := range model.EmbeddedNames() {
		t.Run(name, func(t *testing.T) {
			side, ok := sides[name]
			if !ok {
				t.Skip("no chest: see TestAPlantedLesionIsFoundInPlace")
			}
			n := NewNetwork(name)
			x0, occlusion0 := explainedFilm(t, n, filmWithDisc(0, 0, 0, 0))
			type planted struct {
				at        [2]float64
				x         *model.Explanation
				occlusion plane.Plane
			}
			var discs []planted
			most := 0.0
			for _, at := range places {
				d := planted{at: at}
				d.x, d.occlusion = explainedFilm(t, n, filmWithDisc(at[0], at[1], discRadius, discLight))
				discs = append(discs, d)
				most = math.Max(most, math.Abs(d.x.Prediction.Logit-x0.Prediction.Logit))
			}
			causes := 0
			for _, d := range discs {
				at, x := d.at, d.x
				moved := x.Prediction.Logit - x0.Prediction.Logit
				if math.Abs(moved) < math.Max(leastMoved, most*leastPart) {
					t.Logf("disc at (%.2f, %.2f) moves the logit by %+.2f only", at[0], at[1], moved)
					continue
				}
				causes++
				sign := float32(math.Copysign(1, moved))
				for k, maps := range [2][2]plane.Plane{{x0.Influence, x.Influence}, {occlusion0, d.occlusion}} {
					u, v := change(t, maps[0], maps[1], [2]model.Box{x.Over, x.Within}[k], sign)
					dx, dy := math.Abs(u-at[0]), math.Abs(v-at[1])
					w, h := side[k]*(x.Within.X1-x.Within.X0), side[k]*(x.Within.Y1-x.Within.Y0)
					say := t.Logf
					if dx > w+discRadius/float64(filmColumns) || dy > h+discRadius/float64(filmRows) {
						say = t.Errorf
					}
					say("disc at (%.2f, %.2f), logit %+.2f to %+.2f: %s changes most at (%.2f, %.2f); from the middle of the disc (%.2f, %.2f) places or squares",
						at[0], at[1], x0.Prediction.Logit, x.Prediction.Logit, Method(k), u, v, dx/w, dy/h)
				}
			}
			if causes < leastCauses {
				t.Errorf("only %d of %d discs move the logit", causes, len(places))
			}
		})
	}
}

// adultFilms is the folder of adult films with boxes that radiologists drew; it is
// no part of the project.
func adultFilms(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(os.Getenv("LIGHTBOX_SHARED"), "data", "nih-cxr14-adult")
	if dir := dicomtest.SharedFolder(); dir != "" {
		folder = filepath.Join(filepath.Dir(dir), "nih-cxr14-adult")
	}
	if _, err := os.Stat(filepath.Join(folder, "rsna_boxes_normalised.csv")); err != nil {
		t.Skip("the adult films with boxes are not here; set LIGHTBOX_SHARED to the folder that holds data/nih-cxr14-adult")
	}
	return folder
}

// boxesOf reads a table of boxes: file, x, y, w, h in parts of the picture.
func boxesOf(t *testing.T, path string) (boxes map[string][]model.Box, order []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := films.NewTable(f, path)
	if err != nil {
		t.Fatal(err)
	}
	boxes = map[string][]model.Box{}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return boxes, order
		}
		if err != nil {
			t.Fatal(err)
		}
		var v [4]float64
		for i, column := range []string{"x", "y", "w", "h"} {
			if v[i], err = strconv.ParseFloat(row[table.Column(column)], 64); err != nil {
				t.Fatal(err)
			}
		}
		name := row[table.Column("file")]
		if boxes[name] == nil {
			order = append(order, name)
		}
		boxes[name] = append(boxes[name], model.Box{X0: v[0], Y0: v[1], X1: v[0] + v[2], Y1: v[1] + v[3]})
	}
}

// TestPointingGame plays the pointing game with the boxes of radiologists and
// prints what comes out. The films are for development: nothing is demanded of a
// model here.
func TestPointingGame(t *testing.T) {
	if testing.Short() {
		t.Skip("each occlusion map reads the film some hundred times")
	}
	folder := adultFilms(t)
	boxes, order := boxesOf(t, filepath.Join(folder, "rsna_boxes_normalised.csv"))
	m, err := LoadModel(model.ChestName)
	if err != nil {
		t.Skip(err)
	}
	ctx := context.Background()
	var gradCAM, occlusion model.PointingGame
	for _, name := range order {
		scan, err := vision.Open(ctx, filepath.Join(folder, filepath.FromSlash(name)), nil)
		if err != nil {
			t.Fatal(err)
		}
		rows, columns, pix, err := scan.ModelInput(ctx)
		if err != nil {
			t.Fatal(err)
		}
		x, err := m.Explain(ctx, model.Gray{Rows: rows, Columns: columns, Pix: pix})
		if err != nil {
			t.Fatal(err)
		}
		covered, err := x.Occlude(ctx)
		if err != nil {
			t.Fatal(err)
		}
		gradCAM.Add(x.Influence, x.Over, x.Lungs, boxes[name])
		occlusion.Add(covered, x.Within, x.Lungs, boxes[name])
	}
	for name, g := range map[string]model.PointingGame{"Grad-CAM": gradCAM, "occlusion": occlusion} {
		s := g.Share()
		t.Logf("%s %s, %s: the peak lies in a box on %d of %d films, %.3f (%.3f–%.3f at 95 %%); at random in the lungs %.3f; nowhere positive on %d",
			m.Meta.Name, m.Meta.Version, name, g.Hits, g.Pictures, s.Value, s.Low, s.High, g.Chance(), g.Nowhere)
		if g.Pictures != len(boxes) || s.Low > s.Value || s.High < s.Value {
			t.Errorf("%+v of %d films", g, len(boxes))
		}
	}
}
