package jpeg2000

import "lightbox/vision/fault"

// checkWork bounds what OpenJPEG will allocate and do for the largest tile
// with the coding parameters known so far: precincts, code-blocks and packets
// can each be made to outnumber the pixels.
func (h *header) checkWork() error {
	w, t := min(h.tileWidth, h.x1-h.tileX0), min(h.tileHeight, h.y1-h.tileY0)
	var precincts, blocks, most, layers, resolutions int
	for i, c := range h.coding {
		layers, resolutions = max(layers, c.layers), max(resolutions, c.levels+1)
		for r := range c.levels + 1 {
			// One more at each edge: tiles need not begin on a multiple.
			shift := c.levels - r
			cw := ceilDiv(w, h.components[i].dx)>>shift + 2
			ch := ceilDiv(t, h.components[i].dy)>>shift + 2
			pw, ph := c.precinct(r)
			n := (cw>>pw + 2) * (ch>>ph + 2)
			precincts, most = precincts+n, max(most, n)
			// A code-block lies in one precinct, and a sub-band has half the sides.
			bw, bh := min(c.blockW, max(pw-1, 0)), min(c.blockH, max(ph-1, 0))
			blocks += (cw>>bw + 2) * (ch>>bh + 2)
		}
	}
	h.packets = max(h.packets, layers*precincts)
	tiles := h.tileColumns * h.tileRows
	if precincts > maxPrecincts || blocks > maxCodeBlocks || (layers+1)*most*h.samples*resolutions > maxIncluded || layers*precincts*tiles > maxPackets {
		return fault.New(fault.TooLarge, "", "JPEG 2000 with %d precincts, %d code-blocks and %d layers in each of %d tiles", precincts, blocks, layers, tiles)
	}
	return nil
}

// precinct gives log2 of a precinct's sides at a resolution.
func (c *coding) precinct(resolution int) (width, height int) {
	if c.precincts == nil {
		return 15, 15
	}
	b := c.precincts[resolution]
	return int(b & 15), int(b >> 4)
}
