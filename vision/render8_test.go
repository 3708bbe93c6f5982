package vision

import (
	"image"
	"testing"

	dt "lightbox/vision/dicom/dicomtest"
)

// Values of 32 bits are drawn by themselves, not by the 65,536 steps that the
// window draws them in: with one far value among near ones, all near ones would
// share a step.
func TestPicture8OfWideValues(t *testing.T) {
	m := dt.Image{Rows: 1, Columns: 6, Stored: 32}
	for _, v := range []uint32{10, 20, 30, 40, 50, 4_000_000_000} {
		m.Raw = append(m.Raw, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
	}
	s := openDICOMImage(t, m)
	if s.Wide == nil {
		t.Fatal("32 bits are not wide")
	}
	// LINEAR_EXACT of centre 35 and width 51 rises by 5 levels a unit from 9.5 on.
	got := s.Picture8(s.Values, VOI{Centre: 35, Width: 51, Function: LinearExact}, false, false).(*image.Gray)
	for i, want := range []uint8{3, 53, 103, 153, 203, 255} {
		if got.Pix[i] != want {
			t.Errorf("pixel %d is %d, want %d", i, got.Pix[i], want)
		}
	}
	turned := s.Picture8(s.Values, VOI{Centre: 35, Width: 51, Function: LinearExact}, true, false).(*image.Gray)
	if turned.Pix[5] != 0 || turned.Pix[0] != 253 {
		t.Errorf("inverted: %v", turned.Pix)
	}
}

// At 1:1 the screen shows the same levels.
func TestPicture8IsWhatRenderDraws(t *testing.T) {
	for _, m := range []dt.Image{phantom(12), dt.Twin(phantom(10))} {
		s := openDICOMImage(t, m)
		v := s.VOIs[0]
		p := s.Picture8(s.Values, v, true, false).(*image.Gray)
		screen := image.NewRGBA(p.Rect)
		Render(screen, NewPyramid(s.Values), Viewport{CentreX: float64(s.Values.Columns) / 2, CentreY: float64(s.Values.Rows) / 2, Zoom: 1}, s.DisplayLUT(s.Values, v, true))
		for i, level := range p.Pix {
			if screen.Pix[4*i] != level {
				t.Fatalf("pixel %d: %d on the screen, %d in the picture", i, screen.Pix[4*i], level)
			}
		}
	}
}

// Rows that could not be decoded are hatched on black in both polarities: zeros
// of a MONOCHROME1 film would come out white.
func TestMissingRowsAreBlackInBothPolarities(t *testing.T) {
	for _, photometric := range []string{"MONOCHROME1", "MONOCHROME2"} {
		m := dt.Chest(40, 40, 12)
		m.Photometric = photometric
		data := m.Bytes()
		s := open(t, "cut.dcm", data[:len(data)-20*40*2])
		if s.Decoded != 20 {
			t.Fatalf("%d rows", s.Decoded)
		}
		px := s.Picture8(s.Values, s.VOIs[0], false, true).(*image.Gray)
		thumbnail := s.Thumbnail(40)
		for y := 20; y < 40; y++ {
			for x := range 40 {
				want := uint8(0)
				if (x+y)%12 < 2 {
					want = 96
				}
				if px.GrayAt(x, y).Y != want || thumbnail.RGBAAt(x, y).R != want {
					t.Fatalf("%s: (%d, %d) is %d and %d, want %d", photometric, x, y, px.GrayAt(x, y).Y, thumbnail.RGBAAt(x, y).R, want)
				}
			}
		}
	}
}
