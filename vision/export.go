package vision

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"

	"lightbox/vision/fault"
)

// EncodePNG writes a view of the scan as PNG at full resolution: m is the
// scan's Values, its gray or its blurred view. Values take the way of the
// screen (modality, default window, the file's polarity) but keep their depth:
// 8-bit scans give 8-bit files, deeper ones 16-bit files. A picture file has
// the full range as its window, so its values leave unchanged. The comment is
// written into the file's text (iTXt) and not into its pixels.
func (s *Scan) EncodePNG(w io.Writer, m *Image, comment string) error {
	top := 255
	if m.Depth > 8 {
		top = 65535
	}
	table := s.outputLevels(m, s.VOIs[0], false, top)
	return writePNG(w, picture(m, table), comment, png.BestSpeed)
}

// EncodePicture writes a picture that was made of a scan as PNG, with the comment in the
// file's text as [Scan.EncodePNG] does.
func EncodePicture(w io.Writer, m image.Image, comment string) error {
	return writePNG(w, m, comment, png.BestSpeed)
}

// writePNG encodes m and puts the comment into the file's text.
func writePNG(w io.Writer, m image.Image, comment string, level png.CompressionLevel) error {
	enc := png.Encoder{CompressionLevel: level}
	var b bytes.Buffer
	if err := enc.Encode(&b, m); err != nil {
		return fault.Writing("", err)
	}
	// The signature and the IHDR chunk always take the first 33 bytes (PNG
	// specification, 5.2 and 11.2.2); text may follow them.
	head, rest := b.Bytes()[:33], b.Bytes()[33:]
	for _, part := range [][]byte{head, textChunk(exportMark, comment), rest} {
		if _, err := w.Write(part); err != nil {
			return fault.Writing("", err)
		}
	}
	return nil
}

// exportMark is the keyword of the text by which our own exports are known.
const exportMark = "Comment"

// IsExport tells whether the file at path is a PNG that EncodePNG wrote with
// this comment.
func IsExport(path, comment string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read: nothing is lost by a failing close
	mark := textChunk(exportMark, comment)
	head := make([]byte, 33+len(mark))
	_, err = io.ReadFull(f, head)
	return err == nil && bytes.Equal(head[33:], mark)
}

// textChunk is an uncompressed iTXt chunk (PNG specification, 11.3.4.5), which
// unlike tEXt holds UTF-8.
func textChunk(keyword, text string) []byte {
	body := "iTXt" + keyword + "\x00\x00\x00\x00\x00" + text
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = append(chunk, body...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(body)))
}

// picture looks every pixel up and lays it out as the PNG encoder wants it.
func picture(m *Image, table []uint16) image.Image {
	r := image.Rect(0, 0, m.Columns, m.Rows)
	bias := m.bias()
	switch {
	case m.Samples == 1 && m.Depth == 8:
		g := image.NewGray(r)
		for i, p := range m.Pix {
			g.Pix[i] = uint8(table[p^bias])
		}
		return g
	case m.Samples == 1:
		g := image.NewGray16(r)
		for i, p := range m.Pix {
			y := table[p^bias]
			g.Pix[2*i], g.Pix[2*i+1] = uint8(y>>8), uint8(y)
		}
		return g
	case m.Depth == 8:
		c := image.NewRGBA(r)
		for i := range m.Rows * m.Columns {
			copyPixel8(c.Pix[4*i:], m.Pix[3*i:], table)
		}
		return c
	}
	c := image.NewRGBA64(r)
	for i := range m.Rows * m.Columns {
		c.SetRGBA64(i%m.Columns, i/m.Columns, color.RGBA64{
			R: table[m.Pix[3*i]], G: table[m.Pix[3*i+1]], B: table[m.Pix[3*i+2]], A: 65535,
		})
	}
	return c
}

func copyPixel8(dst []uint8, src, table []uint16) {
	dst[0], dst[1], dst[2], dst[3] = uint8(table[src[0]]), uint8(table[src[1]]), uint8(table[src[2]]), 255
}
