package app

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"

	"lightbox/vision"
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
	header := &st.Scan.Header
	if kept := s.cache.Get(st.shown); kept != nil {
		header = &kept.Header // not masked
	}
	source, known := charsetSource(header), &s.settings.GB18030
	if i := slices.Index(*known, source); i >= 0 {
		*known = slices.Delete(*known, i, i+1)
	} else {
		*known = append(*known, source)
	}
	slog.Info("character set of a source chosen", "source", source, "gb18030", slices.Contains(*known, source))
	if err := s.settings.Save(); err != nil {
		logProblem(err)
	}
	s.each(true, s.dress)
	s.publish(DisplayChanged, SettingsChanged)
}

// readsGB18030 tells whether the texts of a scan are read as GB18030 whatever its
// file declares.
func (s *Session) readsGB18030(scan *vision.Scan) bool {
	return slices.Contains(s.settings.GB18030, charsetSource(&scan.Header))
}

// charsetSource names where files come from without telling it: a hash of
// manufacturer and institution as they are stored.
func charsetSource(h *dicom.Header) string {
	sum := sha256.Sum256([]byte(h.Source()))
	return hex.EncodeToString(sum[:8])
}
