package vision

import (
	"fmt"
	"math"
	"unsafe"

	"gocv.io/x/gocv"

	"lightbox/vision/fault"
)

// withMat lends src to OpenCV for the length of f. 16-bit pixels are shared,
// not copied; OpenCV must not write to them.
func withMat(src *Image, f func(gocv.Mat) error) error {
	var raw []byte
	if src.Depth == 8 && !src.Signed {
		raw = make([]byte, len(src.Pix))
		for i, p := range src.Pix {
			raw[i] = byte(p)
		}
	} else {
		raw = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(src.Pix))), len(src.Pix)*2)
	}
	t := matType(src)
	if src.Samples == 3 {
		t += gocv.MatChannels3
	}
	m, err := gocv.NewMatFromBytes(src.Rows, src.Columns, t, raw)
	if err != nil {
		return err
	}
	defer closeMat(&m)
	return f(m)
}

// matType is that of a channel of m in OpenCV.
func matType(m *Image) gocv.MatType {
	switch {
	case m.Signed: // signed 8-bit too: GaussianBlur does not take CV_8S
		return gocv.MatTypeCV16S
	case m.Depth == 8:
		return gocv.MatTypeCV8U
	}
	return gocv.MatTypeCV16U
}

// through passes src through an operator of OpenCV into dst.
func through(dst, src *Image, operator func(src gocv.Mat, out *gocv.Mat) error) error {
	return withMat(src, func(m gocv.Mat) error {
		out := gocv.NewMat()
		defer closeMat(&out)
		if err := operator(m, &out); err != nil {
			return err
		}
		return fromMat(dst, &out)
	})
}

// withFloats lends a copy of src in float32 to f, which may write to it.
func withFloats(src *Image, f func(gocv.Mat) error) error {
	return withMat(src, func(m gocv.Mat) error {
		values := gocv.NewMat()
		defer closeMat(&values)
		if err := m.ConvertTo(&values, gocv.MatTypeCV32F); err != nil {
			return err
		}
		return f(values)
	})
}

// fromFloats rounds m to dst's numbers, the nearest or of two the even one; what
// lies outside of their range becomes its end.
func fromFloats(dst *Image, m *gocv.Mat) error {
	out := gocv.NewMat()
	defer closeMat(&out)
	if err := m.ConvertTo(&out, matType(dst)); err != nil {
		return err
	}
	if err := fromMat(dst, &out); err != nil {
		return err
	}
	if dst.Signed && dst.Depth == 8 { // whose Mat has 16 bits
		for i, p := range dst.Pix {
			dst.Pix[i] = uint16(min(max(int16(p), math.MinInt8), math.MaxInt8))
		}
	}
	return nil
}

// inside filters values by normalised convolution (Knutsson and Westin 1993): the
// filtered values inside the mask divided by the filtered mask, so that a border
// of padding does not bleed into the patient. What becomes of values outside the
// mask means nothing.
func inside(values *gocv.Mat, mask []float32, filter func(src gocv.Mat, out *gocv.Mat) error) error {
	return withMask(mask, values.Rows(), values.Cols(), func(weight gocv.Mat) error {
		masked, spread := gocv.NewMat(), gocv.NewMat()
		defer closeMat(&masked)
		defer closeMat(&spread)
		if err := gocv.Multiply(*values, weight, &masked); err != nil {
			return err
		}
		if err := filter(weight, &spread); err != nil {
			return err
		}
		if err := filter(masked, values); err != nil {
			return err
		}
		return gocv.Divide(*values, spread, values)
	})
}

// withMask lends a mask to OpenCV, as withMat does an image.
func withMask(mask []float32, rows, columns int, f func(gocv.Mat) error) error {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(mask))), len(mask)*4)
	m, err := gocv.NewMatFromBytes(rows, columns, gocv.MatTypeCV32F, raw)
	if err != nil {
		return err
	}
	defer closeMat(&m)
	return f(m)
}

// fromMat copies OpenCV's result into dst, whose shape says what is expected.
func fromMat(dst *Image, m *gocv.Mat) error {
	if m.Rows() != dst.Rows || m.Cols() != dst.Columns || m.Channels() != dst.Samples {
		return fmt.Errorf("OpenCV returned %d×%d×%d for %d×%d×%d",
			m.Rows(), m.Cols(), m.Channels(), dst.Rows, dst.Columns, dst.Samples)
	}
	switch {
	case dst.Signed:
		data, err := m.DataPtrInt16()
		if err != nil {
			return err
		}
		for i, v := range data {
			dst.Pix[i] = uint16(v)
		}
	case dst.Depth == 8:
		data, err := m.DataPtrUint8()
		if err != nil {
			return err
		}
		for i, v := range data {
			dst.Pix[i] = uint16(v)
		}
	default:
		data, err := m.DataPtrUint16()
		if err != nil {
			return err
		}
		copy(dst.Pix, data)
	}
	return nil
}

// closeMat frees a Mat. Close fails for no Mat that this package makes.
func closeMat(m *gocv.Mat) { _ = m.Close() }

// cvFault wraps what OpenCV reports; with the shapes checked beforehand that
// is, in practice, memory.
func cvFault(path, operation string, err error) error {
	return fault.New(fault.NotEnoughRAM, path, "OpenCV %s", operation).Because(err)
}
