package vision

import (
	"context"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/nifti"
)

// niftiVolume is a NIfTI file as a stack of frames.
type niftiVolume struct {
	*nifti.Volume
	header dicom.Header
}

func openNIfTI(ctx context.Context, b blob.Blob) (volume, dicom.Header, error) {
	v, err := nifti.Open(ctx, b)
	if err != nil {
		return nil, dicom.Header{}, err
	}
	h := niftiHeader(v)
	return &niftiVolume{v, h}, h, nil
}

// niftiHeader describes a volume in DICOM's terms.
func niftiHeader(v *nifti.Volume) dicom.Header {
	bits := 8 * v.Datatype.Bytes()
	h := dicom.Header{
		Rows: v.Rows, Columns: v.Columns, Samples: 1, Photometric: "MONOCHROME2", Frames: v.Frames(),
		BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1,
		RescaleSlope: v.Slope, RescaleIntercept: v.Intercept, ImageOrientation: v.Orientation,
		ImagePosition: v.Position(0), VOIFunction: string(LinearExact),
	}
	switch v.Datatype {
	case nifti.Int8, nifti.Int16, nifti.Int32:
		h.Signed = true
	case nifti.RGB24:
		h.Samples, h.Photometric = 3, "RGB"
		h.BitsAllocated, h.BitsStored, h.HighBit = 8, 8, 7
	}
	if v.Spacing[0] > 0 && v.Spacing[1] > 0 {
		h.PixelSpacing = []float64{v.Spacing[1], v.Spacing[0]} // between rows, between columns
	}
	if w := v.Window; w != nil && w.Max > w.Min {
		h.Windows = []dicom.Window{{Centre: (w.Min + w.Max) / 2, Width: w.Max - w.Min}}
	}
	return h
}

// FrameBytes implements volume.
func (v *niftiVolume) FrameBytes(ctx context.Context, i int) ([]byte, error) { return v.Frame(ctx, i) }

// Scan implements volume.
func (v *niftiVolume) Scan(ctx context.Context, i int) (*Scan, error) {
	data, err := v.Frame(ctx, i)
	if err != nil {
		return nil, err
	}
	h := v.header
	h.ImagePosition = v.Position(i)
	s := &Scan{
		Header: h, Decoded: h.Rows, Spacing: spacingOf(&h), Incomplete: v.Incomplete, placed: true,
		Modality: Modality{Slope: h.RescaleSlope, Intercept: h.RescaleIntercept},
	}
	native := dicom.Native{
		Rows: h.Rows, Columns: h.Columns, Samples: h.Samples, BitsAllocated: h.BitsAllocated,
		BitsStored: h.BitsStored, HighBit: h.HighBit, Signed: h.Signed, Data: data,
		Float: v.Datatype == nifti.Float32 || v.Datatype == nifti.Float64,
	}
	if native.Wide() {
		err = s.readWide(native)
	} else {
		err = s.readValues(native)
	}
	if err != nil {
		return nil, err
	}
	if s.Stored.Samples == 3 {
		s.colour(s.Stored)
		return s, nil
	}
	s.VOIs = voisOf(s)
	return s, nil
}
