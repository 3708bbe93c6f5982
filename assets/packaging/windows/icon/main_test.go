package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// An icon holds every size, whole, with the picture's own colours the right way up.
func TestEncode(t *testing.T) {
	top, bottom := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 128}
	picture := image.NewNRGBA(image.Rect(0, 0, 512, 512))
	for y := range 512 {
		for x := range 512 {
			picture.SetNRGBA(x, y, map[bool]color.NRGBA{true: top, false: bottom}[y < 256])
		}
	}
	icon, err := encode(picture)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if le.Uint16(icon[2:]) != 1 || int(le.Uint16(icon[4:])) != len(sizes) {
		t.Fatalf("header % x", icon[:6])
	}
	end := 0
	for i, size := range sizes {
		entry := icon[6+16*i:]
		length, offset := int(le.Uint32(entry[8:])), int(le.Uint32(entry[12:]))
		end = offset + length
		one := icon[offset:end]
		if int(entry[0]) != size%256 || le.Uint16(entry[6:]) != 32 {
			t.Errorf("%d: entry % x", size, entry[:16])
		}
		if size == 256 {
			p, err := png.Decode(bytes.NewReader(one))
			if err != nil || p.Bounds().Dx() != 256 {
				t.Errorf("%v, %v", p, err)
			}
			continue
		}
		if int(le.Uint32(one)) != 40 || int(le.Uint32(one[8:])) != 2*size || length != 40+4*size*size+(size+31)/32*4*size {
			t.Errorf("%d: header % x, %d bytes", size, one[:40], length)
		}
		if first, last := one[40:44], one[40+4*size*(size-1):][:4]; !bytes.Equal(first, []byte{255, 0, 0, 128}) || !bytes.Equal(last, []byte{0, 0, 255, 255}) {
			t.Errorf("%d: bottom % x, top % x", size, first, last)
		}
	}
	if end != len(icon) {
		t.Errorf("%d bytes, the last picture ends at %d", len(icon), end)
	}
}
