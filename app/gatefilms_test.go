package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lightbox/app/films"
	"lightbox/model"
	"lightbox/model/plane"
	"lightbox/vision"
)

// tally counts what became of pictures of one sort.
type tally struct {
	name         string
	all, refused int
	reasons      map[string]int
}

func (c *tally) add(reason string) {
	if c.all++; reason == "" {
		return
	}
	if c.refused++; c.reasons == nil {
		c.reasons = map[string]int{}
	}
	c.reasons[reason]++
}

func (c *tally) part() float64 { return float64(c.refused) / float64(max(c.all, 1)) }

// gateFilms opens picture files and asks the gate about them and about what is made
// of them.
type gateFilms struct {
	*testing.T
	network *Network
	model   *model.Model
	folder  string
}

func (g *gateFilms) open(path string) (*vision.Scan, plane.Plane) {
	g.Helper()
	s, err := vision.Open(context.Background(), filepath.Join(g.folder, path), nil)
	if err != nil {
		g.Fatal(err)
	}
	rows, columns, pix, err := s.ModelInput(context.Background())
	if err != nil {
		g.Fatal(err)
	}
	return s, plane.Plane{Rows: rows, Columns: columns, Pix: pix}
}

// refusal is the code of the reason to refuse a picture by its look, "" without.
func (g *gateFilms) refusal(p plane.Plane) string {
	g.Helper()
	n, err := g.network.look(g.model, model.Gray{Rows: p.Rows, Columns: p.Columns, Pix: p.Pix})
	if err != nil {
		g.Fatal(err)
	}
	if n == nil {
		return ""
	}
	return n.Code
}

// table lists films of a set by its table, with their masks where it has such: those
// that take lets pass, and of them count, evenly chosen.
func (g *gateFilms) table(path string, count int, take func(cell func(column string) string) bool) (files, masks []string) {
	g.Helper()
	f, err := os.Open(filepath.Join(g.folder, path))
	if err != nil {
		g.Fatal(err)
	}
	defer f.Close()
	table, err := films.NewTable(f, path)
	if err != nil {
		g.Fatal(err)
	}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			g.Fatal(err)
		}
		cell := func(column string) string {
			if i := table.Column(column); i >= 0 && i < len(row) {
				return row[i]
			}
			return ""
		}
		if take == nil || take(cell) {
			files = append(files, filepath.Join(filepath.Dir(path), cell("file")))
			mask := cell("lung_mask") + cell("lung_mask_unet")
			if mask != "" {
				mask = filepath.Join(filepath.Dir(path), mask)
			}
			masks = append(masks, mask)
		}
	}
	return evenly(files, count), evenly(masks, count)
}

func evenly(list []string, count int) (some []string) {
	for i := range min(count, len(list)) {
		some = append(some, list[i*len(list)/min(count, len(list))])
	}
	return some
}

// TestGateOnFilms prints how many pictures of each sort are refused, as files that say
// nothing of themselves: chest films of each set, which must be read; what shows
// something else, and what was made of chest films and must not be read. Of each set
// it takes some; all with LIGHTBOX_FULL. The test splits are not among them.
func TestGateOnFilms(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at some hundred films")
	}
	g := &gateFilms{T: t, network: NewNetwork(model.ChestName), folder: filepath.Dir(adultFilms(t))}
	for _, set := range []string{"kermany-cxr-224", "adult-chest", "covid-cxr-adult", "busi-breast-us-256", "not-chest"} {
		if _, err := os.Stat(filepath.Join(g.folder, set)); err != nil {
			t.Skip(set, "is not here; set LIGHTBOX_SHARED to the folder that holds data/", set)
		}
	}
	var err error
	if g.model, err = g.network.Model(); err != nil {
		t.Fatal(err)
	}
	count, made := 40, 10
	if os.Getenv("LIGHTBOX_FULL") != "" {
		count, made = math.MaxInt, 150
	}
	age := func(cell func(string) string) int { a, _ := strconv.Atoi(cell("age")); return a }
	unread := func(cell func(string) string) bool { return cell("rsna_class") == "" }
	children, childMasks := g.table("kermany-cxr-224/index.csv", count, func(c func(string) string) bool { return c("mendeley_split") == "train" })
	adults, adultMasks := g.table("adult-chest/rsna-nih-normal/labels.csv", count, nil)
	others, _ := g.table("nih-cxr14-adult/labels.csv", count, func(c func(string) string) bool { return unread(c) && age(c) >= 18 })
	minors, _ := g.table("nih-cxr14-adult/labels.csv", count, func(c func(string) string) bool { return unread(c) && age(c) < 18 })
	covid, _ := g.table("covid-cxr-adult/labels.csv", count, nil)
	breasts, _ := g.table("busi-breast-us-256/labels.csv", count, nil)

	files := func(name string, list []string) tally {
		c := tally{name: name}
		for _, file := range list {
			s, p := g.open(file)
			r, err := g.network.Gate(s)
			if err != nil {
				t.Fatal(err)
			}
			if r.Status == Refused {
				c.add("by its file")
			} else {
				c.add(g.refusal(p))
			}
		}
		t.Log(c)
		return c
	}
	var refused, all int
	add := func(c tally) { refused, all = refused+c.refused, all+c.all }
	add(files("children, Kermany, train", children))
	add(files("adults, normal", adults))
	add(files("adults, NIH, unread", others))
	add(files("minors, NIH, unread", minors))
	t.Logf("chest films: %d of %d refused", refused, all)
	if float64(refused) > math.Max(0.015*float64(all), 2) {
		t.Errorf("too many chest films are refused")
	}
	files("adults with COVID-19, another hospital and another make of pictures", covid)

	refused, all = 0, 0
	add(files("ultrasound of the breast", breasts))
	for _, kind := range []string{"brain-mri", "chest-ct", "mammography"} {
		found, err := filepath.Glob(filepath.Join(g.folder, "not-chest", kind, "*.*g"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			found[i] = strings.TrimPrefix(found[i], g.folder)
		}
		add(files(kind, evenly(found, count)))
	}
	t.Logf("what shows no chest: %d of %d refused", refused, all)
	if float64(all-refused) > math.Max(0.01*float64(all), 2) {
		t.Errorf("too many pictures that show no chest are read")
	}
	g.changed("children", evenly(children, made), evenly(childMasks, made))
	g.changed("adults", evenly(adults, made), evenly(adultMasks, made))
	g.drawn(made)
}

func (c tally) String() string {
	return fmt.Sprintf("%s: %d of %d refused %v", c.name, c.refused, c.all, c.reasons)
}

// changed asks about what was made of chest films.
func (g *gateFilms) changed(of string, list, masks []string) {
	turned := func(degrees float64) func(p, _ plane.Plane) plane.Plane {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		a := plane.Affine{XX: cos, XY: sin, X0: (1 - cos - sin) / 2, YX: -sin, YY: cos, Y0: (1 - cos + sin) / 2}
		return func(p, _ plane.Plane) plane.Plane {
			q := plane.New(p.Rows, p.Columns)
			p.Warp(q.Pix, q.Rows, q.Columns, a, true)
			return q
		}
	}
	painted := func(shade func(film plane.Plane) float32) func(p, mask plane.Plane) plane.Plane {
		return func(p, mask plane.Plane) plane.Plane {
			p = p.Clone()
			for i, v := range mask.Stretch(p.Rows, p.Columns).Pix {
				if v > 0.25 { // devices, half white in the masks, count as lung
					p.Pix[i] = min(max(shade(p), 0), 1)
				}
			}
			return p
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		name  string
		least float64 // of them must be refused
		make  func(film, mask plane.Plane) plane.Plane
	}{
		{"inverted", 0.95, func(p, _ plane.Plane) plane.Plane {
			p = p.Clone()
			for i, v := range p.Pix {
				p.Pix[i] = 1 - v
			}
			return p
		}},
		{"upside down", 0.95, turned(180)}, {"turned to the right", 0.95, turned(90)}, {"turned to the left", 0.95, turned(-90)},
		{"20° to the right", 0.6, turned(20)}, {"20° to the left", 0.6, turned(-20)}, {"30° to the right", 0.9, turned(30)},
		{"upper 55 %", 0.5, func(p, _ plane.Plane) plane.Plane {
			rows := p.Rows * 55 / 100
			return plane.Plane{Rows: rows, Columns: p.Columns, Pix: p.Pix[:rows*p.Columns]}
		}},
		{"lungs black", 0.95, painted(func(plane.Plane) float32 { return 0 })},
		{"lungs gray", 0.95, painted(func(plane.Plane) float32 { return 0.5 })},
		{"lungs noise", 0.95, painted(func(plane.Plane) float32 { return 0.5 + 0.15*float32(r.NormFloat64()) })},
	} {
		t := tally{name: c.name}
		for i, file := range list {
			if masks[i] == "" {
				continue
			}
			_, film := g.open(file)
			_, mask := g.open(masks[i])
			t.add(g.refusal(c.make(film, mask)))
		}
		g.Logf("%s, %v", of, t)
		if t.part() < c.least {
			g.Errorf("%s, %s: too many are read", of, c.name)
		}
	}
}

// drawn asks about pictures that were never taken: noise, white and as photographs
// have it, whose power falls with the square of the frequency.
func (g *gateFilms) drawn(count int) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, name := range []string{"noise", "noise as of photographs"} {
		t := tally{name: name}
		for range count {
			p := plane.New(256, 256)
			for size := 1; size <= 256; size *= 2 {
				layer := plane.New(size, size)
				for i := range layer.Pix {
					layer.Pix[i] = float32(r.NormFloat64())
				}
				large := plane.New(256, 256)
				layer.Warp(large.Pix, 256, 256, plane.Identity(), false)
				for i, v := range large.Pix {
					if name != "noise" {
						p.Pix[i] += v / float32(size) * 8
					} else if size == 256 {
						p.Pix[i] = v
					}
				}
			}
			plane.Standardise(p.Pix, nil, 0.01)
			for i, v := range p.Pix {
				p.Pix[i] = min(max(0.5+0.2*v, 0), 1)
			}
			t.add(g.refusal(p))
		}
		g.Log(t)
		if t.part() < 0.9 {
			g.Errorf("%s is read", name)
		}
	}
}
