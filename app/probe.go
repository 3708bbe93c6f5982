package app

// Probe is what lies under the cursor of a pane.
type Probe struct {
	X, Y             int       // column, row, from 0
	Stored, Modality []float64 // a value for each sample; of a colour scan Modality is red, green and blue
	Padding          bool
	Wide             bool // more than 16 bits: Stored is the file's own value, those of the views are steps

	// The gray view and the view of the pane, before and after the rescale.
	// HasView is false while the pane's view is not there.
	StoredGray, StoredView int
	Gray, View             float64
	HasView                bool

	HasModality bool // modality values differ from stored ones
	Unit        string
}

// Probe reads the values under the cursor; ok is false where there are none.
func (p *Pane) Probe() (v Probe, ok bool) {
	if p.Scan == nil || !p.InImage || !p.Scan.Values.Contains(p.Cursor.X, p.Cursor.Y) {
		return Probe{}, false
	}
	s := p.Scan
	x, y := p.Cursor.X, p.Cursor.Y
	m := s.Modality
	v = Probe{
		X: x, Y: y, Padding: s.Padding(x, y), Unit: m.Unit,
		HasModality: m.Rescales() || s.Values != s.Stored,
	}
	for c := range s.Stored.Samples {
		v.Stored = append(v.Stored, float64(s.Stored.Value(x, y, c)))
	}
	for c := range s.Values.Samples {
		v.Modality = append(v.Modality, m.Value(s.Values.Value(x, y, c)))
	}
	if i := y*s.Stored.Columns + x; i < len(s.Wide) {
		h := &s.Header
		v.Wide, v.Stored[0] = true, s.Wide[i]
		v.Modality[0] = h.RescaleSlope*s.Wide[i] + h.RescaleIntercept
		v.HasModality = h.RescaleSlope != 1 || h.RescaleIntercept != 0
	}
	if p.Views == nil {
		return v, true
	}
	if g := p.Views.gray; g != nil {
		v.StoredGray = g.Value(x, y, 0)
		v.Gray = m.Value(v.StoredGray)
	}
	if g := p.Views.values(p.View); g != nil {
		v.HasView, v.StoredView = true, g.Value(x, y, 0)
		v.View = m.Value(v.StoredView)
	}
	return v, true
}
