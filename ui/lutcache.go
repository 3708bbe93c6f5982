package ui

import (
	"lightbox/app"
	"lightbox/vision"
)

// lutCache keeps the tables of the windows that the panes show: one for each scan,
// window and kind of pixel.
type lutCache map[lutKind]*vision.DisplayLUT

type lutKind struct {
	scan   *vision.Scan
	voi    vision.VOI
	invert bool
	depth  int
	signed bool
}

// maxLUTs is how many tables are kept, of 64 KiB each.
const maxLUTs = 16

func (c *lutCache) get(p *app.Pane, m *vision.Image) *vision.DisplayLUT {
	key := lutKind{p.Scan, p.VOI, p.Invert, m.Depth, m.Signed}
	if lut := (*c)[key]; lut != nil {
		return lut
	}
	if *c == nil || len(*c) >= maxLUTs {
		*c = lutCache{}
	}
	lut := p.Scan.DisplayLUT(m, p.VOI, p.Invert)
	(*c)[key] = lut
	return lut
}
