package app

import (
	"context"

	"lightbox/vision"
)

// UseModel has another model read from now on: one of [Session.Choices], the
// path of a .safetensors file, or auto, with which the program chooses. The
// frame on screen is read again; readings by the model before are dropped.
func (s *Session) UseModel(name string) {
	network := s.network.With(name)
	if network.Name() == s.network.Name() {
		return
	}
	st := &s.state
	s.network, st.Model = network, network.Name()
	s.readings, s.curves = map[Frame]Reading{}, map[Frame]*Stability{}
	s.read.stop()
	s.dropStability()
	if st.Scan != nil {
		st.Reading = Reading{Status: Running}
	}
	s.publish(ReadingChanged)
	if st.Scan != nil {
		s.startReading(st.shown)
	}
	s.refreshBusy()
}

// Choices finds out which models may read the scan on screen and calls done with
// them. Without a scan, or if another takes its place in the meantime, done is
// never called.
func (s *Session) Choices(done func([]Choice)) {
	scan, network := s.state.Scan, s.network
	if scan == nil {
		return
	}
	inBackground(s, &s.choose, nil, scan.Path, func(context.Context) ([]Choice, error) {
		return network.Choices(scan), nil
	}, func(list []Choice) {
		if s.state.Scan == scan {
			done(list)
		}
	})
}

// gate asks a network whether a frame is refused by what its file says; why a
// model cannot be asked is told by the reading itself.
func gate(n *Network, scan *vision.Scan) (refusal Reading) {
	if r, err := n.Gate(scan); err == nil && r.Status == Refused {
		return r
	}
	return Reading{}
}
