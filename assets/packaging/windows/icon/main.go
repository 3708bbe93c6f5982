// Icon writes the icon of the Windows program: the picture of the program in the
// sizes that Windows asks for.
//
//	go run ./assets/packaging/windows/icon PICTURE.png ICON.ico
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"

	"golang.org/x/image/draw"
)

// sizes in pixels: from the corner of a window to the desktop's largest icons, at
// scales of the screen from 100 to 400 %.
var sizes = []int{16, 20, 24, 32, 40, 48, 64, 256}

// pngFrom is the size from which a picture is stored as PNG; smaller ones are bitmaps,
// as programs older than Windows Vista's format expect.
const pngFrom = 256

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: icon PICTURE.png ICON.ico")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "icon:", err)
		os.Exit(1)
	}
}

func write(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	icon, err := encode(picture)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, icon, 0o644)
}

// encode gives an icon file: a header of 6 bytes, an entry of 16 bytes for each
// picture, the pictures (ICONDIR and ICONDIRENTRY of the Windows API).
func encode(picture image.Image) ([]byte, error) {
	var head, body bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&head, binary.LittleEndian, v) // a buffer takes all
		}
	}
	put(uint16(0), uint16(1), uint16(len(sizes)))
	first := 6 + 16*len(sizes)
	for _, size := range sizes {
		scaled := image.NewNRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(scaled, scaled.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		var one bytes.Buffer
		if size >= pngFrom {
			if err := png.Encode(&one, scaled); err != nil {
				return nil, err
			}
		} else {
			bitmap(&one, scaled)
		}
		put(uint8(size), uint8(size), uint16(0), uint16(1), uint16(32), uint32(one.Len()), uint32(first+body.Len())) // 256 is written as 0
		_, _ = one.WriteTo(&body)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}

// bitmap writes a picture as a BITMAPINFOHEADER, its pixels (bottom row first, blue,
// green, red, alpha) and a mask of one bit a pixel that alpha makes superfluous: all
// zero. The header's height counts both.
func bitmap(out *bytes.Buffer, picture *image.NRGBA) {
	size := picture.Rect.Dx()
	mask := (size + 31) / 32 * 4 * size
	for _, v := range []any{uint32(40), int32(size), int32(2 * size), uint16(1), uint16(32), uint32(0), uint32(4*size*size + mask), [4]uint32{}} {
		_ = binary.Write(out, binary.LittleEndian, v) // a buffer takes all
	}
	for y := size - 1; y >= 0; y-- {
		for x := range size {
			c := picture.NRGBAAt(x, y)
			out.Write([]byte{c.B, c.G, c.R, c.A})
		}
	}
	out.Write(make([]byte, mask))
}
