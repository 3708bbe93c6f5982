package jpeg

// restore makes a line of samples from its differences and the line above
// (T.81 H.1.1, H.1.2.1), and makes it the line above. Sums are modulo 2^16;
// predictions are of unlimited precision, as in the IJG's decoder.
func (c *component) restore(predictor int, diffs []uint16, initial uint16) {
	line, above := c.line[:len(diffs)], c.above[:len(diffs)]
	c.above, c.line = line, above
	if c.fresh {
		c.fresh = false
		predictLeft(line, diffs, initial)
		return
	}
	if predictor == 1 {
		predictLeft(line, diffs, above[0])
		return
	}
	line[0] = above[0] + diffs[0]
	left, corner := int32(line[0]), int32(above[0])
	line, above, diffs = line[1:], above[1:], diffs[1:]
	above, diffs = above[:len(line)], diffs[:len(line)]
	switch predictor {
	case 2:
		for i := range line {
			line[i] = above[i] + diffs[i]
		}
	case 3:
		for i := range line {
			line[i] = uint16(corner) + diffs[i]
			corner = int32(above[i])
		}
	case 4:
		for i := range line {
			up := int32(above[i])
			left = int32(uint16(left+up-corner) + diffs[i])
			line[i], corner = uint16(left), up
		}
	case 5:
		for i := range line {
			up := int32(above[i])
			left = int32(uint16(left+(up-corner)>>1) + diffs[i])
			line[i], corner = uint16(left), up
		}
	case 6:
		for i := range line {
			up := int32(above[i])
			left = int32(uint16(up+(left-corner)>>1) + diffs[i])
			line[i], corner = uint16(left), up
		}
	case 7:
		for i := range line {
			left = int32(uint16((left+int32(above[i]))>>1) + diffs[i])
			line[i] = uint16(left)
		}
	}
}

// predictLeft restores a line whose samples are predicted from the one to
// their left, the first from first.
func predictLeft(line, diffs []uint16, first uint16) {
	line = line[:len(diffs)]
	for i, v := range diffs {
		first += v
		line[i] = first
	}
}
