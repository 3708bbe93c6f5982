package study

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lightbox/vision/space"
)

// aspect is what can tell images at the same place from each other.
type aspect struct {
	value func(*plane) string
	label func(value string, index, count int) string
}

func ofTotal(_ string, index, count int) string { return fmt.Sprintf("%d/%d", index+1, count) }

// aspects, the most telling first.
var aspects = []aspect{
	{func(p *plane) string { return number(p.Item.EchoTime) }, func(v string, _, _ int) string { return "TE " + v + " ms" }},
	{func(p *plane) string {
		if p.time > 0 {
			return strconv.Itoa(p.time)
		}
		return number(p.Item.TemporalPosition)
	}, ofTotal},
	{func(p *plane) string { return number(p.Item.AcquisitionNumber) }, ofTotal},
	{func(p *plane) string { return p.Item.ImageType }, ofTotal},
}

// number writes equal numbers alike: "4.60" as "4.6".
func number(s string) string {
	if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	return s
}

// splitRepeats splits planes of one direction, in order of their numbers, so
// that no place is repeated in a part, as far as the files tell how: by echo,
// by time, by acquisition, or, where all places are repeated equally often, by
// the order of their numbers. What repeats without a system stays where it is.
func splitRepeats(planes []plane) []*part {
	return split(planes, aspects, nil)
}

func split(planes []plane, by []aspect, label []string) []*part {
	whole := &part{planes: planes, label: label}
	where, places := identify(planes)
	// At one place only, this is a film: the order is that of time.
	if places == len(planes) || places == 1 {
		return []*part{whole}
	}
	times := make([]int, places) // how often each place is there
	for _, w := range where {
		times[w]++
	}
	most := slices.Max(times)
	for i, a := range by {
		values := map[string][]plane{}
		for n := range planes {
			v := a.value(&planes[n])
			values[v] = append(values[v], planes[n])
		}
		// With more values than repetitions it says something else, such as a
		// number of its own for each slice.
		if len(values) < 2 || len(values) > most || !fewerRepeats(values, len(planes)-places) {
			continue
		}
		var parts []*part
		for n, v := range sortedKeys(values) {
			parts = append(parts, split(values[v], by[i+1:], append(slices.Clip(label), a.label(v, n, len(values))))...)
		}
		return parts
	}
	if slices.Min(times) < most {
		return []*part{whole}
	}
	rounds := make([][]plane, most)
	clear(times)
	for n, w := range where {
		rounds[times[w]] = append(rounds[times[w]], planes[n])
		times[w]++
	}
	var parts []*part
	for n, r := range rounds {
		parts = append(parts, &part{planes: r, label: append(slices.Clip(label), ofTotal("", n, most))})
	}
	return parts
}

// fewerRepeats reports whether the split leaves fewer repeated places.
func fewerRepeats(values map[string][]plane, before int) bool {
	after := 0
	for _, planes := range values {
		_, places := identify(planes)
		after += len(planes) - places
	}
	return after < before
}

// identify numbers the places of planes: where holds one number for each
// plane.
func identify(planes []plane) (where []int, places int) {
	order := make([]int, len(planes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := planes[a].Along, planes[b].Along; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	where = make([]int, len(planes))
	const most = 64 // places at one height that are told apart
	var level []int // a plane of each place at the present height
	from := 0.0     // the height at which it begins
	for _, i := range order {
		if len(level) == 0 || planes[i].Along-from > samePlace {
			level, from = level[:0], planes[i].Along
		}
		at := slices.IndexFunc(level, func(j int) bool {
			return space.Norm(space.Minus(planes[i].Position, planes[j].Position)) <= 2*samePlace
		})
		if at >= 0 {
			where[i] = where[level[at]]
			continue
		}
		where[i] = places
		places++
		if len(level) < most {
			level = append(level, i)
		}
	}
	return where, places
}
