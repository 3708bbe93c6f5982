package assets_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"path/filepath"
	"strings"
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

// Icons are drawings of 24 × 24 units in one colour, which the theme replaces, and
// no two are the same.
func TestToolIcons(t *testing.T) {
	files, err := filepath.Glob("icons/*.svg")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d icons (%v)", len(files), err)
	}
	seen := map[string]string{}
	for _, file := range files {
		var svg struct {
			Width   string `xml:"width,attr"`
			ViewBox string `xml:"viewBox,attr"`
			Paths   []struct {
				D      string `xml:"d,attr"`
				Fill   string `xml:"fill,attr"`
				Stroke string `xml:"stroke,attr"`
			} `xml:"path"`
		}
		data := assets.ToolIcon(strings.TrimSuffix(filepath.Base(file), ".svg"))
		if err := xml.Unmarshal(data, &svg); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if svg.Width != "24" || svg.ViewBox != "0 0 24 24" || len(svg.Paths) != 1 || svg.Paths[0].Fill != "#000000" || svg.Paths[0].Stroke != "" {
			t.Errorf("%s is %+v", file, svg)
			continue
		}
		if other, ok := seen[svg.Paths[0].D]; ok {
			t.Errorf("%s and %s are the same", file, other)
		}
		seen[svg.Paths[0].D] = file
	}
	if assets.ToolIcon("no such icon") != nil {
		t.Error("an icon that there is not")
	}
}
