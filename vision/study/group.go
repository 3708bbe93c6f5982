package study

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox/vision/fault"
	"lightbox/vision/space"
)

// plane is one frame while it is being grouped.
type plane struct {
	Frame
	orientation [6]float64
	stack       string
	time        int
}

// class is what all images of a stack have in common whatever their places.
type class struct {
	item              *Item // multi-frame objects stay by themselves
	reference         string
	rows, columns     int
	samples           int
	photometric, kind string // kind: value 3 of Image Type, e.g. LOCALIZER
	stack             string // Stack ID of enhanced objects
	copy              int    // 1 for files that repeat the SOP Instance UID of another, 2 for the next
	placed            bool
}

// part is a stack in the making: its planes and what tells it from others.
type part struct {
	class
	planes      []plane
	orientation [6]float64
	oriented    bool
	mixed       int      // orientations in one unsorted stack
	label       []string // of the splits by echo and time
	notes       []error
}

// group splits a series into stacks and orders these. It sorts items; the result
// depends on which they are, not on their order.
func group(items []*Item) (stacks []*Stack, others []*Item) {
	slices.SortFunc(items, byNumber)
	classes, planes := map[class]int{}, [][]plane(nil)
	var order []class
	seen := map[identity]int{}
	for _, it := range items {
		if it.NoImage() {
			others = append(others, it)
			continue
		}
		copies := 0
		if it.SOPInstanceUID != "" {
			copies = seen[identityOf(it)]
			seen[identityOf(it)]++
		}
		for n := range it.Frames {
			p, c := planeOf(it, n)
			c.copy = copies
			at, known := classes[c]
			if !known {
				at = len(order)
				classes[c], order, planes = at, append(order, c), append(planes, nil)
			}
			planes[at] = append(planes[at], p)
		}
	}
	var parts []*part
	for at, c := range order {
		parts = append(parts, splitClass(c, planes[at])...)
	}
	noteSizes(parts)
	noteCopies(parts)
	names := label(parts)
	keys := map[string]int{}
	for i, p := range parts {
		s := p.finish(names[i])
		if keys[s.Key]++; keys[s.Key] > 1 {
			s.Key += fmt.Sprintf(" (%d)", keys[s.Key])
		}
		stacks = append(stacks, s)
	}
	return stacks, others
}

// identity is what two files of one image have in common. Some writers give
// all images of a series one SOP Instance UID; number and place then tell them
// apart.
type identity struct {
	uid      string
	number   int
	position [3]float64
}

func identityOf(it *Item) identity {
	return identity{it.SOPInstanceUID, it.InstanceNumber, it.Position}
}

// byNumber orders items that have no place: by Instance Number, missing ones
// last, then by file name.
func byNumber(a, b *Item) int {
	if a.HasInstanceNumber != b.HasInstanceNumber {
		if a.HasInstanceNumber {
			return -1
		}
		return 1
	}
	if a.InstanceNumber != b.InstanceNumber {
		return cmp.Compare(a.InstanceNumber, b.InstanceNumber)
	}
	return Natural(a.Path(), b.Path())
}

// planeOf describes frame n of an item.
func planeOf(it *Item, n int) (plane, class) {
	p := plane{Frame: Frame{Item: it, Index: n}}
	c := class{rows: it.Rows, columns: it.Columns, samples: it.Samples, photometric: it.Photometric, kind: imageKind(it)}
	if it.Frames > 1 {
		c.item = it
	}
	at := it.placeOf(n)
	p.Position, p.HasPosition, p.orientation, c.placed = at.position, at.known, at.orientation, at.known
	p.stack, p.time = at.stack, at.time
	if c.placed {
		c.reference, c.stack = it.FrameOfReferenceUID, p.stack
	}
	return p, c
}

// imageKind is value 3 of Image Type, which tells localizers from slices and
// magnitude from phase (PS3.3 C.7.6.1.1.2, C.8.2.1.1.1, C.8.3.1.1.1).
func imageKind(it *Item) string {
	if v := strings.Split(it.ImageType, `\`); len(v) > 2 {
		return v[2]
	}
	return ""
}

// splitClass splits by orientation, then by what repeats the same places.
func splitClass(c class, planes []plane) []*part {
	if !c.placed {
		return []*part{{class: c, planes: planes}}
	}
	var groups [][]plane
	for _, p := range planes {
		at := slices.IndexFunc(groups, func(g []plane) bool { return parallel(g[0].orientation, p.orientation) })
		switch {
		case at >= 0:
		case len(groups) < maxOrientations:
			at, groups = len(groups), append(groups, nil)
		default:
			at = 0 // too many to be slices of anything: see below
		}
		groups[at] = append(groups[at], p)
	}
	// Views from all around, as of a turning projection or of radial slices,
	// belong together in the order in which they were made.
	if n := len(groups); n >= 4 && n*2 > len(planes) || n == maxOrientations {
		p := &part{class: c, planes: planes, mixed: n}
		p.notes = []error{mixedDirections(p.planes, n)}
		return []*part{p}
	}
	var parts []*part
	for _, g := range groups {
		o := g[0].orientation
		along := axis(o)
		for i := range g {
			g[i].Along = space.Dot(g[i].Position, along)
		}
		for _, p := range splitRepeats(g) {
			p.class, p.orientation, p.oriented = c, o, true
			if len(groups) > 1 {
				p.notes = append(p.notes, mixedDirections(p.planes, len(groups)))
			}
			parts = append(parts, p)
		}
	}
	return parts
}

func mixedDirections(planes []plane, n int) error {
	return fault.New(fault.MixedOrientation, planes[0].Item.Path(), "images of %d directions in one series", n)
}

// noteSizes marks stacks of slices that were split because of their sizes.
// Films of several sizes are nothing odd.
func noteSizes(parts []*part) {
	type kind struct{ photometric, kind, reference string }
	type size struct{ rows, columns int }
	sizes := map[kind]map[size]bool{}
	of := func(p *part) kind { return kind{p.photometric, p.kind, p.reference} }
	for _, p := range parts {
		if p.placed && p.item == nil {
			if sizes[of(p)] == nil {
				sizes[of(p)] = map[size]bool{}
			}
			sizes[of(p)][size{p.rows, p.columns}] = true
		}
	}
	for _, p := range parts {
		if n := len(sizes[of(p)]); n > 1 && p.placed && p.item == nil {
			p.notes = append(p.notes, fault.New(fault.MixedSize, p.planes[0].Item.Path(), "images of %d sizes in one series", n))
		}
	}
}

// noteCopies marks stacks of files that are in the series twice.
func noteCopies(parts []*part) {
	for _, p := range parts {
		if p.copy > 0 {
			p.notes = append(p.notes, fault.New(fault.Duplicate, p.planes[0].Item.Path(), "%d images have the SOP Instance UID of others in the series", len(p.planes)))
		}
	}
}

// finish makes the stack.
func (p *part) finish(name string) *Stack {
	s := &Stack{
		Key: p.key(), Rows: p.rows, Columns: p.columns, Notes: p.notes, Label: name,
		FrameRate: p.planes[0].Item.FrameRate, Frames: make([]Frame, len(p.planes)),
	}
	if p.oriented {
		s.Orientation = p.orientation[:]
		// All at one place, they are a film and stay in the order of time.
		if _, places := identify(p.planes); places > 1 {
			slices.SortStableFunc(p.planes, func(a, b plane) int { return cmp.Compare(a.Along, b.Along) })
			heights := heightsOf(p.planes)
			s.Spacing = spacing(heights)
			s.Notes = append(s.Notes, p.irregular(heights, s.Spacing, places)...)
		}
	}
	for i := range p.planes {
		s.Frames[i] = p.planes[i].Frame
	}
	return s
}

// key names the part by what does not change when more of its kind is found.
func (p *part) key() string {
	var b strings.Builder
	if p.item != nil {
		b.WriteString(cmp.Or(p.item.SOPInstanceUID, p.item.Path()))
	}
	fmt.Fprintf(&b, "|%s|%dx%dx%d|%s|%s|%s|%d|", p.reference, p.columns, p.rows, p.samples, p.photometric, p.kind, p.stack, p.copy)
	if p.oriented {
		for _, v := range p.orientation {
			fmt.Fprintf(&b, "%.1f,", v+0) // +0: no minus zero
		}
	}
	return b.String() + strings.Join(p.label, "|")
}

// label gives each part what tells it from the others, and no more.
func label(parts []*part) []string {
	names := make([]string, len(parts))
	add := func(of func(*part) string) {
		alike := map[string]map[string]bool{} // by the label so far: the values
		for i, p := range parts {
			if alike[names[i]] == nil {
				alike[names[i]] = map[string]bool{}
			}
			alike[names[i]][of(p)] = true
		}
		for i, p := range parts {
			if v := of(p); v != "" && len(alike[names[i]]) > 1 {
				names[i] = strings.TrimSpace(names[i] + " " + v)
			}
		}
	}
	references := map[string]int{}
	for _, p := range parts {
		if _, known := references[p.reference]; p.reference != "" && !known {
			references[p.reference] = len(references) + 1
		}
	}
	add(func(p *part) string { return p.kind })
	add(func(p *part) string { return fmt.Sprintf("%d×%d", p.columns, p.rows) })
	add(func(p *part) string { return p.photometric })
	add(func(p *part) string {
		if n := references[p.reference]; len(references) > 1 && n > 0 {
			return fmt.Sprintf("FoR %d", n)
		}
		return ""
	})
	add(func(p *part) string {
		if p.item != nil && p.item.HasInstanceNumber {
			return fmt.Sprintf("#%d", p.item.InstanceNumber)
		}
		return ""
	})
	add(func(p *part) string { return p.stack })
	add(func(p *part) string {
		if p.oriented {
			return letters(p.orientation)
		}
		return ""
	})
	add(func(p *part) string { return strings.Join(p.label, " ") })
	add(func(p *part) string {
		if p.copy > 0 {
			return fmt.Sprintf("(%d)", p.copy+1)
		}
		return ""
	})
	return names
}

// sortedKeys gives the keys in the order in which people count.
func sortedKeys[V any](m map[string]V) []string {
	return slices.SortedFunc(maps.Keys(m), Natural)
}
