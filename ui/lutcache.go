package ui

import (
	"weak"

	"lightbox/app"
	"lightbox/vision"
)

// lutCache keeps the tables of the windows that the panes show: one for each scan,
// window and kind of pixel. It does not keep the scans, which may be those of closed
// studies: a radiograph of 4096 × 4096 takes 32 MiB.
type lutCache map[lutKind]*vision.DisplayLUT

type lutKind struct {
	scan   weak.Pointer[vision.Scan]
	voi    vision.VOI
	invert bool
	depth  int
	signed bool
}

// maxLUTs is how many tables are kept, of 64 KiB each.
const maxLUTs = 16

func (c *lutCache) get(p *app.Pane, m *vision.Image) *vision.DisplayLUT {
	scan, voi, invert := p.Drawn()
	key := lutKind{weak.Make(scan), voi, invert, m.Depth, m.Signed}
	if lut := (*c)[key]; lut != nil {
		return lut
	}
	if *c == nil || len(*c) >= maxLUTs {
		*c = lutCache{}
	}
	lut := scan.DisplayLUT(m, voi, invert)
	(*c)[key] = lut
	return lut
}
