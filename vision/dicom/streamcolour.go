package dicom

import (
	"bytes"
	"slices"

	"lightbox/vision/dicom/codec"
)

// colourOf is the colour space that decoded samples are in, whatever the
// header calls it.
func (f *File) colourOf(said string, p *codec.Picture, format codec.Format, stream []byte, differs func(string, ...any)) string {
	if p.Samples < 3 {
		return said
	}
	switch {
	case format == codec.JPEG2000 && p.Transformed:
		return "RGB" // the RCT or ICT is undone
	case format == codec.JPEG2000 && (said == "YBR_RCT" || said == "YBR_ICT"):
		differs("the header says %s, the image data are not transformed", said)
		return "RGB"
	case format == codec.JPEG:
		found := jpegColour(stream)
		switch {
		case found == "RGB" && said != "RGB":
			differs("the header says %s, the image data are %s", said, found)
			return found
		case found == "YBR_FULL" && said == "RGB":
			differs("the header says %s, the image data are %s", said, found)
			return found
		}
	}
	if said == "YBR_FULL_422" {
		return "YBR_FULL" // the decoder gives chroma for each pixel
	}
	return said
}

// jpegColour is the colour space that a JPEG stream itself declares: by its
// Adobe marker (transform 0 RGB, 1 YCbCr), by components named R, G, B, or by a
// JFIF marker, which means YCbCr. "" where it says nothing.
func jpegColour(data []byte) string {
	jfif := false
	for i := 2; i+4 <= len(data) && data[i] == 0xFF; {
		m, n := data[i+1], int(data[i+2])<<8|int(data[i+3])
		if m == 0xFF {
			i++
			continue
		}
		body := data[min(i+4, len(data)):min(i+2+n, len(data))]
		switch {
		case m == 0xE0 && bytes.HasPrefix(body, []byte("JFIF\x00")):
			jfif = true
		case m == 0xEE && bytes.HasPrefix(body, []byte("Adobe")) && len(body) >= 12:
			switch body[11] {
			case 0:
				return "RGB"
			case 1:
				return "YBR_FULL"
			}
		case m == 0xC3: // lossless streams carry no colour transform, JFIF or not
			return ""
		case m >= 0xC0 && m <= 0xC2 && len(body) >= 15 && body[5] == 3:
			if ids := []byte{body[6], body[9], body[12]}; slices.Equal(ids, []byte("RGB")) {
				return "RGB"
			}
			if jfif {
				return "YBR_FULL"
			}
			return ""
		case m == 0xDA || m == 0xD9:
			return ""
		}
		i += 2 + max(n, 2)
	}
	return ""
}
