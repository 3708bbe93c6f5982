package worker

import (
	"encoding/binary"

	"lightbox/vision/dicom/codec"
)

// confine brings the samples of a worker's picture within its precision, as
// codec.Picture promises: who reads them may index a table of 2^Bits entries.
// Data that keep the promise are only read.
func confine(p *codec.Picture) {
	width := p.Width()
	spare := 8*width - p.Bits
	if spare == 0 {
		return
	}
	if p.Signed {
		extend(p.Data, width, spare)
		return
	}
	// The mask of one sample, repeated over a word.
	mask := uint64(1)<<p.Bits - 1
	for w := 8 * width; w < 64; w *= 2 {
		mask |= mask << w
	}
	words := p.Data[:len(p.Data)&^7]
	var seen uint64
	for i := 0; i < len(words); i += 8 {
		seen |= binary.LittleEndian.Uint64(words[i:])
	}
	var tail [8]byte
	copy(tail[:], p.Data[len(words):])
	if (seen|binary.LittleEndian.Uint64(tail[:]))&^mask == 0 {
		return
	}
	for i := 0; i < len(words); i += 8 {
		binary.LittleEndian.PutUint64(words[i:], binary.LittleEndian.Uint64(words[i:])&mask)
	}
	binary.LittleEndian.PutUint64(tail[:], binary.LittleEndian.Uint64(tail[:])&mask)
	copy(p.Data[len(words):], tail[:])
}

// extend fills the upper bits, spare in number, of each sample with its sign.
func extend(data []byte, width, spare int) {
	switch width {
	case 1:
		for i, v := range data {
			data[i] = byte(int8(v<<spare) >> spare)
		}
	case 2:
		for i := 0; i+2 <= len(data); i += 2 {
			v := int16(binary.LittleEndian.Uint16(data[i:])<<spare) >> spare
			binary.LittleEndian.PutUint16(data[i:], uint16(v))
		}
	case 4:
		for i := 0; i+4 <= len(data); i += 4 {
			v := int32(binary.LittleEndian.Uint32(data[i:])<<spare) >> spare
			binary.LittleEndian.PutUint32(data[i:], uint32(v))
		}
	}
}
