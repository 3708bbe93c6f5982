package vision

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"io"
	"strings"
	"unicode/utf16"

	"lightbox/vision/fault"
)

// EncodePage writes a picture as a PDF file of one page, which it fills: width and height
// of the paper are in points, 1/72 inch. The comment becomes the subject of the document.
//
// The file is the least that PDF 1.4 asks for (ISO 32000-1, 7.5 and 8.9): a catalogue, a
// page, and the picture, compressed without loss. A library for that would be larger than
// this, and bring fonts that have no Chinese.
func EncodePage(w io.Writer, m *image.RGBA, width, height float64, comment string) error {
	var pixels bytes.Buffer
	if err := deflate(&pixels, m); err != nil {
		return fault.Writing("", err)
	}
	content := fmt.Sprintf("q %.2f 0 0 %.2f 0 0 cm /Page Do Q", width, height)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents 4 0 R /Resources << /XObject << /Page 5 0 R >> >> >>", width, height),
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
		fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream",
			m.Rect.Dx(), m.Rect.Dy(), pixels.Len(), pixels.String()),
		"<< /Producer (Lightbox) /Subject " + pdfText(comment) + " >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n") // bytes above 127: that it is no text
	var table strings.Builder
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.String(), len(objects)+1, len(objects), start)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fault.Writing("", err)
	}
	return nil
}

// deflate writes the colours of a picture, row by row, without their alpha.
func deflate(w io.Writer, m *image.RGBA) error {
	z, err := zlib.NewWriterLevel(w, zlib.BestSpeed)
	if err != nil {
		return err
	}
	row := make([]byte, 3*m.Rect.Dx())
	for y := range m.Rect.Dy() {
		from := m.Pix[y*m.Stride:]
		for x := range m.Rect.Dx() {
			copy(row[3*x:3*x+3], from[4*x:4*x+3])
		}
		if _, err := z.Write(row); err != nil {
			return err
		}
	}
	return z.Close()
}

// pdfText is a text of a document's description: UTF-16 with its mark, in hexadecimal
// (ISO 32000-1, 7.9.2.2), in which no letter ends the text.
func pdfText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}
