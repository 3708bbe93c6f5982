package vision

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The table of objects points at them, lengths are those of the streams, and the picture
// comes back pixel for pixel.
func TestAPageHoldsItsPicture(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 7, 5))
	for y := range 5 {
		for x := range 7 {
			m.SetRGBA(x, y, color.RGBA{uint8(30 * x), uint8(50 * y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := EncodePage(&b, m, 595.28, 841.89, "不用于诊断 (research)"); err != nil {
		t.Fatal(err)
	}
	file := b.String()
	if !strings.HasPrefix(file, "%PDF-1.4\n") || !strings.HasSuffix(file, "%%EOF\n") || !strings.Contains(file, "/MediaBox [0 0 595.28 841.89]") {
		t.Errorf("%.80q … %q", file, file[len(file)-20:])
	}
	at := regexp.MustCompile(`startxref\n(\d+)\n`).FindStringSubmatch(file)
	start, _ := strconv.Atoi(at[1])
	if !strings.HasPrefix(file[start:], "xref\n0 7\n") {
		t.Fatalf("the table is not at %d", start)
	}
	for i, entry := range regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllStringSubmatch(file[start:], -1) {
		from, _ := strconv.Atoi(entry[1])
		if !strings.HasPrefix(file[from:], fmt.Sprintf("%d 0 obj\n", i+1)) {
			t.Errorf("object %d is not at %d", i+1, from)
		}
	}
	streams := regexp.MustCompile(`(?s)/Length (\d+) >>\nstream\n`).FindAllStringSubmatchIndex(file, -1)
	if len(streams) != 2 {
		t.Fatalf("%d streams", len(streams))
	}
	var last string
	for _, s := range streams {
		length, _ := strconv.Atoi(file[s[2]:s[3]])
		last = file[s[1] : s[1]+length]
		if !strings.HasPrefix(file[s[1]+length:], "\nendstream") {
			t.Error("a stream has another length than it says")
		}
	}
	z, err := zlib.NewReader(strings.NewReader(last))
	if err != nil {
		t.Fatal(err)
	}
	pixels, err := io.ReadAll(z)
	if err != nil || len(pixels) != 3*7*5 {
		t.Fatalf("%d bytes, %v", len(pixels), err)
	}
	for i := range 7 * 5 {
		if !bytes.Equal(pixels[3*i:3*i+3], m.Pix[4*i:4*i+3]) {
			t.Errorf("pixel %d is %v", i, pixels[3*i:3*i+3])
		}
	}
}
