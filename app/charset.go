package app

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"

	"lightbox/vision/dicom"
)

// ToggleGB18030 has the texts of the open file read as GB18030, or again as it
// declares. The choice holds for all files of the same source and is
// remembered; the files stay as they are.
func (s *Session) ToggleGB18030() {
	st := &s.state
	if st.Scan == nil {
		return
	}
	source, known := charsetSource(&st.Scan.Header), &s.settings.GB18030
	if i := slices.Index(*known, source); i >= 0 {
		*known = slices.Delete(*known, i, i+1)
	} else {
		*known = append(*known, source)
	}
	slog.Info("character set of a source chosen", "source", source, "gb18030", slices.Contains(*known, source))
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
	s.each(true, s.redecode)
	s.publish(DisplayChanged, SettingsChanged)
}

// redecode reads the texts of the scan in a pane as its source wants it. The
// scan in the cache keeps its own.
func (s *Session) redecode(p *Pane) {
	p.Redecoded = slices.Contains(s.settings.GB18030, charsetSource(&p.Scan.Header))
	if kept := s.cache.Get(p.shown); kept != nil {
		p.Scan = kept
	}
	if p.Redecoded {
		scan := *p.Scan
		scan.Header = scan.Header.Redecoded()
		p.Scan = &scan
	}
}

// charsetSource names where files come from without telling it: a hash of
// manufacturer and institution as they are stored.
func charsetSource(h *dicom.Header) string {
	sum := sha256.Sum256([]byte(h.Source()))
	return hex.EncodeToString(sum[:8])
}
