package dicom

import (
	"encoding/binary"
	"math"

	"lightbox/vision/fault"
)

// Values gives the stored values of a frame of 1 to 16 bits a sample, row by
// row, rows × columns × samples of them: the bits outside Bits Stored and High
// Bit are cut off (PS3.5 section 8.1.1), and signed values are extended by Bits
// Stored and given in two's complement, so that int16(v) is the value. With one
// bit allocated they are 0 and 1. Native 4:2:2 is spread to Y Cb Cr for each
// pixel, which makes it YBR_FULL.
//
// It fails with BadHeader where the bits contradict each other and with
// PixelFormat for 32 and 64 bits and floating point, which Numbers reads.
func (n Native) Values() ([]uint16, error) {
	count := n.Rows * n.Columns * n.Samples
	switch {
	case n.Float:
		return nil, fault.New(fault.PixelFormat, "", "floating point pixel data of %d bits", n.BitsAllocated)
	case n.BitsAllocated == 1:
		return unpacked(n.Data, count), nil
	case n.BitsAllocated < 16 && n.BitsAllocated != 8:
		n.Data, n.BitsAllocated = packed(n.Data, count, n.BitsAllocated), 16
		return n.Values()
	case n.BitsAllocated != 8 && n.BitsAllocated != 16:
		return nil, fault.New(fault.PixelFormat, "", "%d bits allocated per sample", n.BitsAllocated)
	case n.BitsStored < 1 || n.BitsStored > n.BitsAllocated:
		return nil, fault.New(fault.BadHeader, "", "Bits Stored (0028,0101) is %d of %d allocated", n.BitsStored, n.BitsAllocated)
	case n.HighBit < n.BitsStored-1 || n.HighBit >= n.BitsAllocated:
		return nil, fault.New(fault.BadHeader, "", "High Bit (0028,0102) is %d with %d bits stored", n.HighBit, n.BitsStored)
	}
	return n.bits(count), nil
}

// bits reads samples of 8 or 16 bits allocated.
func (n Native) bits(count int) []uint16 {
	out := make([]uint16, count)
	// Shifting the stored bits to the top and back cuts the others off, and
	// extends the sign where the shift back is one of signed values.
	up, back := uint(15-n.HighBit), uint(16-n.BitsStored)
	switch {
	case n.Subsampled:
		spread(out, n.Data)
	case n.BitsAllocated == 8:
		for i, v := range n.Data[:count] {
			out[i] = uint16(v)
		}
	case !n.Signed && n.HighBit == n.BitsStored-1:
		masked(out, n.Data[:2*count], 1<<n.BitsStored-1)
		return out
	default:
		for i := range out {
			out[i] = binary.LittleEndian.Uint16(n.Data[2*i:])
		}
	}
	switch {
	case n.Signed:
		for i, v := range out {
			out[i] = uint16(int16(v<<up) >> back)
		}
	case n.BitsStored < n.BitsAllocated:
		for i, v := range out {
			out[i] = v << up >> back
		}
	}
	return out
}

// Wide reports whether the values need Numbers.
func (n Native) Wide() bool { return n.Float || n.BitsAllocated > 16 }

// Numbers gives the values of a frame of any depth as floating point, exact up
// to 53 bits, in the order of Values. Not-a-number and infinity stay.
func (n Native) Numbers() ([]float64, error) {
	count := n.Rows * n.Columns * n.Samples
	out := make([]float64, count)
	switch {
	case n.Float && n.BitsAllocated == 32:
		for i := range out {
			out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(n.Data[4*i:])))
		}
		return out, nil
	case n.Float && n.BitsAllocated == 64:
		for i := range out {
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(n.Data[8*i:]))
		}
		return out, nil
	case !n.Wide():
		values, err := n.Values()
		for i, v := range values {
			if out[i] = float64(v); n.Signed {
				out[i] = float64(int16(v))
			}
		}
		return out, err
	case n.BitsStored < 1 || n.BitsStored > n.BitsAllocated || n.HighBit < n.BitsStored-1 || n.HighBit >= n.BitsAllocated:
		return nil, fault.New(fault.BadHeader, "", "High Bit (0028,0102) is %d with %d bits stored", n.HighBit, n.BitsStored)
	}
	width := n.BitsAllocated / 8
	up, back := uint(63-n.HighBit), uint(64-n.BitsStored)
	for i := range out {
		var v uint64
		if width == 4 {
			v = uint64(binary.LittleEndian.Uint32(n.Data[4*i:]))
		} else {
			v = binary.LittleEndian.Uint64(n.Data[8*i:])
		}
		if n.Signed {
			out[i] = float64(int64(v<<up) >> back)
		} else {
			out[i] = float64(v << up >> back)
		}
	}
	return out, nil
}

// masked reads unsigned words four at a time, which takes half the time on a
// whole radiograph.
func masked(out []uint16, data []byte, mask uint64) {
	mask |= mask << 16
	mask |= mask << 32
	for len(data) >= 8 && len(out) >= 4 {
		w := binary.LittleEndian.Uint64(data) & mask
		out[0], out[1], out[2], out[3] = uint16(w), uint16(w>>16), uint16(w>>32), uint16(w>>48)
		data, out = data[8:], out[4:]
	}
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(data[2*i:]) & uint16(mask)
	}
}

// packed spreads samples of 2 to 15 bits, which ACR-NEMA wrote one behind the
// other without gaps, the lowest bits first, to 16 bits each.
func packed(b []byte, count, bits int) []byte {
	out := make([]byte, 2*count)
	for i := range count {
		var v uint32
		at := i * bits
		for k := range 3 { // 15 bits touch three bytes at most
			if j := at>>3 + k; j < len(b) {
				v |= uint32(b[j]) << (8 * k)
			}
		}
		v = v >> (at & 7) & (1<<bits - 1)
		binary.LittleEndian.PutUint16(out[2*i:], uint16(v))
	}
	return out
}

// unpacked gives one value a bit, the lowest first.
func unpacked(b []byte, count int) []uint16 {
	out := make([]uint16, count)
	for i := range out {
		out[i] = uint16(b[i>>3] >> (i & 7) & 1)
	}
	return out
}

// spread gives both pixels of a pair their common chroma. A row has an even number of pixels.
func spread(out []uint16, b []byte) {
	for i := 0; i+4 <= len(b) && 6*(i/4)+6 <= len(out); i += 4 {
		o := out[6*(i/4):]
		y0, y1, cb, cr := uint16(b[i]), uint16(b[i+1]), uint16(b[i+2]), uint16(b[i+3])
		o[0], o[1], o[2], o[3], o[4], o[5] = y0, cb, cr, y1, cb, cr
	}
}
