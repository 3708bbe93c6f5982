package plane

// Point is a place on a plane, in parts of its width and height from its upper
// left corner.
type Point struct{ X, Y float64 }

// Contours are the closed lines around what is at least level: the last point of
// each is joined to its first, and what it encloses lies on its left (around a
// hole, on its right). Between the middles of pixels the plane counts as
// straight; its own edge bounds what reaches it.
//
// Source: marching squares, after Lorensen and Cline, SIGGRAPH 1987; where two
// diagonal pixels are inside, their mean with the other two decides whether they
// are joined.
func (p Plane) Contours(level float32) [][]Point {
	next := map[crossing]crossing{}
	var order []crossing // row by row, so that the lines come in a fixed order
	for y := -1; y < p.Rows; y++ {
		for x := -1; x < p.Columns; x++ {
			for _, s := range p.square(x, y, level) {
				next[s[0]] = s[1]
				order = append(order, s[0])
			}
		}
	}
	var lines [][]Point
	for _, start := range order {
		var line []Point
		for at, ok := next[start]; ok; at, ok = next[at] {
			line = append(line, p.place(at, level))
			delete(next, start)
			start = at
		}
		if line != nil {
			lines = append(lines, line)
		}
	}
	return lines
}

// crossing is where a line crosses from the middle of pixel (x, y) to that of its
// right neighbour, or of the one below it. Pixels outside the plane have one.
type crossing struct {
	x, y  int
	below bool
}

// inside gives the value of a pixel and tells whether it lies on the plane and is
// inside.
func (p Plane) inside(x, y int, level float32) (value float32, on, inside bool) {
	if x < 0 || y < 0 || x >= p.Columns || y >= p.Rows {
		return 0, false, false
	}
	value = p.Pix[y*p.Columns+x]
	return value, true, value >= level
}

// square gives the pieces of lines between the middles of four pixels, of which
// (x, y) is the upper left: from where each comes in to where it goes out.
func (p Plane) square(x, y int, level float32) (pieces [][2]crossing) {
	corners := [4][2]int{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}
	edges := [4]crossing{{x, y, false}, {x + 1, y, true}, {x, y + 1, false}, {x, y, true}}
	var in [4]bool
	var sum float32
	n := 0
	for i, c := range corners {
		var value float32
		value, _, in[i] = p.inside(c[0], c[1], level)
		sum += value
		if in[i] {
			n++
		}
	}
	if n == 0 || n == 4 {
		return nil
	}
	joined := sum/4 >= level
	for i := range edges { // clockwise; a line comes in where the walk enters the inside
		if in[i] || !in[(i+1)%4] {
			continue
		}
		step := 1
		if joined { // round the corner that is outside
			step = 3
		}
		out := (i + step) % 4
		for !in[out] || in[(out+1)%4] {
			out = (out + step) % 4
		}
		pieces = append(pieces, [2]crossing{edges[i], edges[out]})
	}
	return pieces
}

// place is where a crossing lies.
func (p Plane) place(c crossing, level float32) Point {
	dx, dy := 1, 0
	if c.below {
		dx, dy = 0, 1
	}
	a, onA, _ := p.inside(c.x, c.y, level)
	b, onB, _ := p.inside(c.x+dx, c.y+dy, level)
	t := 0.5 // the edge of the plane lies between two middles
	if onA && onB {
		t = float64(level-a) / float64(b-a)
	}
	return Point{
		(float64(c.x) + 0.5 + t*float64(dx)) / float64(p.Columns),
		(float64(c.y) + 0.5 + t*float64(dy)) / float64(p.Rows),
	}
}
