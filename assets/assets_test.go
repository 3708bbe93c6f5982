package assets_test

import (
	"bytes"
	"image/png"
	"testing"

	"golang.org/x/image/font/sfnt"

	"lightbox/assets"
)

// The icon is what packagers and the window manager ask for: square, 512
// pixels, see-through at its corners and solid in its middle.
func TestIcon(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(assets.Icon()))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("icon is %d x %d, want 512 x 512", b.Dx(), b.Dy())
	}
	if _, _, _, a := img.At(0, 0).RGBA(); a != 0 {
		t.Errorf("corner alpha is %#x, want 0", a)
	}
	if _, _, _, a := img.At(256, 256).RGBA(); a != 0xffff {
		t.Errorf("middle alpha is %#x, want 0xffff", a)
	}
}

// The font must draw Chinese, and must leave Latin to the font before it.
func TestCJKFont(t *testing.T) {
	f, err := sfnt.Parse(assets.CJKFont())
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for _, r := range "肺炎概率未校准原始灰度高斯模糊窗宽窗位打开取消，。：" {
		if i, err := f.GlyphIndex(&buf, r); err != nil || i == 0 {
			t.Errorf("no glyph for %q (%v)", r, err)
		}
	}
	for _, r := range "Aµ±°" {
		if i, err := f.GlyphIndex(&buf, r); err != nil || i != 0 {
			t.Errorf("a glyph for %q would replace the Latin font's (%v)", r, err)
		}
	}
}
