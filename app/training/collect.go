package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"lightbox/app"
	"lightbox/app/films"
	"lightbox/model"
	"lightbox/model/dataset"
	"lightbox/model/lungs"
	"lightbox/model/plane"
	"lightbox/model/train/ensembles"
)

// want is what a kind of networks is trained on.
type want struct {
	class    func(name string) int // tells classes apart, 0 being none that counts
	side     int                   // of the squares that pictures are reduced to, in pixels
	reduce   films.Reduction
	masks    bool
	archives bool // npz files will do
}

// stretched is what networks want that see the whole picture, whatever its aspect
// ratio.
func stretched(class func(name string) int, masks bool) want {
	const side = lungs.FilmSide
	return want{class: class, side: side, masks: masks, reduce: func(p plane.Plane) (plane.Bytes, error) {
		return p.Stretch(side, side).Bytes(), nil
	}}
}

// picture is one scan for training.
type picture struct {
	films.Entry
	Reduced, Mask plane.Bytes
	Held          bool // never trained on
}

// collection is what was found in the folders.
type collection struct {
	pictures  []picture
	leftAside ensembles.LeftAside
	sha256    string // of everything that was read
}

// ErrLeftAside ends a strict training whose data are not whole.
var ErrLeftAside = errors.New("the data are not whole")

// collect reads the folders. What cannot be used is told to problem and left aside.
func collect(ctx context.Context, o Options, w want, problem func(error)) (*collection, error) {
	c := &collection{}
	list, heldOut, err := c.list(ctx, o, w, problem)
	if err != nil {
		return nil, err
	}
	pixels, masks, failures, err := films.Load(ctx, list, w.reduce, func(done int) { o.tell(Event{Phase: Reading, Done: done, Of: len(list)}) })
	if err != nil {
		return nil, err
	}
	pairs := films.Duplicates(pixels, w.side)
	contradictions := films.Contradictions(list, pairs, w.class)
	c.leftAside.MergedGroups = films.MergeGroups(list, pairs)
	held := map[string]bool{}
	for i, e := range list {
		if heldOut[i] && w.class(e.Class) != 0 {
			held[e.Group] = true
		}
	}
	for i, e := range list {
		switch {
		case failures[i] != nil:
			c.leftAside.Unreadable++
			problem(failures[i])
			continue
		case contradictions[i] != nil:
			c.leftAside.Contradictory++
			problem(contradictions[i])
			continue
		}
		e.Pixels = plane.Plane{} // not needed any more
		p := picture{Entry: e, Reduced: pixels[i], Mask: masks[i], Held: held[e.Group]}
		if heldOut[i] {
			p.Mask = nil // such a picture says what films look like, and teaches nothing
		}
		c.pictures = append(c.pictures, p)
	}
	if l := c.leftAside; o.Strict && l.Unreadable+l.Contradictory+l.Unlabelled+l.UnknownClass > 0 {
		return nil, fmt.Errorf("%w: %d scans cannot be read, %d are labelled in two ways, %d have no label and %d one that is not known%s; nothing was trained",
			ErrLeftAside, l.Unreadable, l.Contradictory, l.Unlabelled, l.UnknownClass, l.Names())
	}
	c.sha256, err = c.hash()
	return c, err
}

// list lists the scans of all folders but those of test splits, which are not
// even read, and tells which of them come from folders that are held out. What has
// no class, or one that is not known, is told to problem and left aside; a film of a
// folder that is held out may be unread.
func (c *collection) list(ctx context.Context, o Options, w want, problem func(error)) (list []films.Entry, heldOut []bool, err error) {
	known := films.Known(o.Model == model.BreastName)
	seen := map[string]bool{} // files of folders that are held out
	add := func(folder string, held bool) error {
		entries, err := c.entries(ctx, folder, w)
		if err != nil {
			return err
		}
		for _, e := range entries {
			switch {
			case e.Split == "test":
				c.leftAside.TestSplit++
				continue
			case !held && seen[absolute(e.Path)]:
				continue // a folder that is held out may lie in one for training
			}
			if held {
				seen[absolute(e.Path)] = true
			}
			if why := films.Unclassed(e, known); why != nil && !(held && e.Class == "") {
				c.unclassed(e.Class)
				problem(why)
				continue
			}
			if e.Filed && w.class(e.Class) == 0 {
				continue // not a class of this model, and no table says that it is unread
			}
			if !w.masks {
				e.Mask = ""
			}
			list, heldOut = append(list, e), append(heldOut, held)
		}
		return nil
	}
	for _, f := range o.HoldOut {
		if err := add(f, true); err != nil {
			return nil, nil, err
		}
	}
	n := len(list)
	for _, f := range o.Data {
		if err := add(f, false); err != nil {
			return nil, nil, err
		}
	}
	// What is trained on comes first: that order is a part of the recipe, and its
	// sets are the ones that recipes call by their plain names.
	list, heldOut = append(slices.Clone(list[n:]), list[:n]...), append(slices.Clone(heldOut[n:]), heldOut[:n]...)
	names := map[string]string{}
	for i := range list {
		list[i].Set = uniqueSet(names, list[i])
	}
	return list, heldOut, nil
}

// unclassed counts a scan without a class, or with one that is not known.
func (c *collection) unclassed(class string) {
	l := &c.leftAside
	if class == "" {
		l.Unlabelled++
		return
	}
	l.UnknownClass++
	if class = app.Printable(class); !slices.Contains(l.UnknownClasses, class) {
		l.UnknownClasses = append(l.UnknownClasses, class)
	}
}

// entries are those of a folder, or of an archive.
func (c *collection) entries(ctx context.Context, folder string, w want) ([]films.Entry, error) {
	if info, err := os.Stat(folder); !w.archives || err == nil && info.IsDir() {
		return films.List(ctx, folder)
	}
	entries, test, err := films.Archive(folder)
	if err != nil {
		return nil, err
	}
	if p := entries[0].Pixels; min(p.Rows, p.Columns) < w.side {
		return nil, fmt.Errorf("%s: %w: pictures of %d×%d pixels are smaller than %d×%d", folder, dataset.ErrBadData, p.Columns, p.Rows, w.side, w.side)
	}
	c.leftAside.TestSplit += test
	return entries, nil
}

func absolute(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}

// uniqueSet is the name of an entry's set; a second folder of one name is named
// after the folder around it too.
func uniqueSet(names map[string]string, e films.Entry) string {
	name := e.Set
	for parent := e.Dir; ; {
		if dir, taken := names[name]; !taken || dir == e.Dir {
			names[name] = e.Dir
			return name
		}
		up := filepath.Dir(parent)
		if up == parent {
			return name
		}
		parent = up
		name = filepath.Base(parent) + "/" + name
	}
}

// hash covers everything that training takes from the pictures.
func (c *collection) hash() (string, error) {
	h := sha256.New()
	for _, p := range c.pictures {
		head, err := json.Marshal([]any{p.Set, p.Name, p.Class, p.Group, p.Held, len(p.Reduced), len(p.Mask)})
		if err != nil {
			return "", fmt.Errorf("the scans cannot be named: %w", err)
		}
		h.Write(head)
		h.Write(p.Reduced)
		h.Write(p.Mask)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ages is the range of ages of the patients that are trained on, as far as most
// tables say; nil otherwise.
func (c *collection) ages(learned func(i int) bool) []model.Ages {
	const most, edge = 0.9, 0.005
	var known []float64
	all := 0
	for i, p := range c.pictures {
		if !learned(i) {
			continue
		}
		all++
		if p.Age > 0 {
			known = append(known, p.Age)
		}
	}
	if len(known) == 0 || float64(len(known)) < most*float64(all) {
		return nil
	}
	slices.Sort(known)
	skip := int(edge * float64(len(known)))
	return []model.Ages{{From: math.Floor(known[skip]), Until: math.Floor(known[len(known)-1-skip]) + 1}}
}
