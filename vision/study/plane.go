package study

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"lightbox/vision/space"
)

// unknownThickness is how thick a slice is taken to be, in mm, where neither its file
// nor its neighbours tell.
const unknownThickness = 5

// Plane tells where a frame lies in the patient, without its pixels being read; ok is
// false where the file does not say.
func (f Frame) Plane() (p space.Plane, ok bool) {
	it := f.Item
	at := it.placeOf(f.Index)
	if !at.known {
		return space.Plane{}, false
	}
	spacing := at.spacing
	if spacing == [2]float64{} {
		spacing = it.PixelSpacing
	}
	return space.New(at.position[:], at.orientation[:], spacing[:], it.Rows, it.Columns, f.Reference())
}

// Reference is the frame of reference that the frame's place is told in, empty if
// unknown.
func (f Frame) Reference() string {
	return space.Reference(f.Item.FrameOfReferenceUID, f.Item.SeriesUID, f.Item.Path(), f.Item.Frames)
}

// Film tells whether several frames lie at one place, or in no order of places: they
// are of different times or directions, and no place belongs to one of them.
func (k *Stack) Film() bool { return k.Spacing == 0 && len(k.Frames) > 1 }

// Nearest finds the frame that a place in the patient lies nearest to. It is fast
// enough to follow a cursor: in a stack in the order of places it looks at a few
// frames only, however many there are.
//
// The place must be of the frames' own frame of reference. Of several frames that
// are equally near it is now, the one on screen, or else the first. distance is in mm
// along the frame's normal, negative behind the frame. ok is false where the place lies
// beyond the stack: further from its first or last frame than those are from their
// neighbours, or a frame by itself is thick; frame is then that end. It is -1 where
// nothing has a place.
func Nearest(k *Stack, place [3]float64, now int) (frame int, distance float64, ok bool) {
	if k == nil || len(k.Frames) == 0 || !(space.Norm(place) < math.MaxFloat64) { // NaN too
		return -1, 0, false
	}
	if k.Spacing > 0 {
		height := space.Dot(place, axis([6]float64(k.Orientation)))
		frame = k.nearestInOrder(height)
		// Inside of the stack any place belongs to it, in a gap too.
		ok = height >= k.Frames[0].Along-k.Spacing && height <= k.Frames[len(k.Frames)-1].Along+k.Spacing
	} else if frame = k.nearestOfAll(place); frame < 0 {
		return -1, 0, false
	}
	distance = k.Frames[frame].before(place)
	if now >= 0 && now < len(k.Frames) && now != frame {
		if d := k.Frames[now].before(place); math.Abs(d) <= math.Abs(distance)+samePlace {
			frame, distance = now, d
		}
	}
	if k.Spacing == 0 {
		ok = math.Abs(distance) <= thickness(k.Frames[frame].Item)
	}
	return frame, distance, ok
}

// nearestInOrder is the first of the frames nearest to a height along the direction in
// which they are ordered.
func (k *Stack) nearestInOrder(height float64) int {
	at := sort.Search(len(k.Frames), func(i int) bool { return k.Frames[i].Along >= height })
	if at == len(k.Frames) || at > 0 && height-k.Frames[at-1].Along <= k.Frames[at].Along-height {
		at--
	}
	height = k.Frames[at].Along
	return sort.Search(at, func(i int) bool { return k.Frames[i].Along >= height-samePlace })
}

// nearestOfAll is the first of the frames that a place is nearest to, -1 without
// places.
func (k *Stack) nearestOfAll(place [3]float64) int {
	best, least := -1, math.Inf(1)
	for i := range k.Frames {
		if d := math.Abs(k.Frames[i].before(place)); d < least { // false for NaN
			best, least = i, d
		}
	}
	return best
}

// before is how far before the frame a place lies in mm, NaN without a place of the
// frame.
func (f Frame) before(place [3]float64) float64 {
	at := f.Item.placeOf(f.Index)
	if !at.known {
		return math.NaN()
	}
	n := space.Cross([3]float64(at.orientation[:3]), [3]float64(at.orientation[3:]))
	return space.Dot(space.Minus(place, at.position), n) / space.Norm(n)
}

// thickness is that of an item's slices in mm.
func thickness(it *Item) float64 {
	t, err := strconv.ParseFloat(strings.TrimSpace(it.SliceThickness), 64)
	if err != nil || !(t > 0 && t < 1e6) {
		return unknownThickness
	}
	return t
}
