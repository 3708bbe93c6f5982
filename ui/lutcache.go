package ui

import (
	"lightbox/app"
	"lightbox/vision"
)

// lutCache keeps the tables of the current window: one for each kind of pixel
// that the panes show.
type lutCache struct {
	scan   *vision.Scan
	voi    vision.VOI
	invert bool
	luts   map[lutKind]*vision.DisplayLUT
}

type lutKind struct {
	depth  int
	signed bool
}

func (c *lutCache) get(st *app.State, m *vision.Image) *vision.DisplayLUT {
	if c.scan != st.Scan || c.voi != st.VOI || c.invert != st.Invert {
		*c = lutCache{st.Scan, st.VOI, st.Invert, map[lutKind]*vision.DisplayLUT{}}
	}
	key := lutKind{m.Depth, m.Signed}
	if c.luts[key] == nil {
		c.luts[key] = st.Scan.DisplayLUT(m, st.VOI, st.Invert)
	}
	return c.luts[key]
}
