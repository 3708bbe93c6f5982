package vision

import (
	"context"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/nifti"
)

// Tag is one data element of a DICOM file, as it is listed for people.
type Tag = dicom.Element

// What a Tag is.
const (
	TagValue     = dicom.FormValue
	TagBinary    = dicom.FormBinary
	TagSequence  = dicom.FormSequence
	TagItem      = dicom.FormItem
	TagFragments = dicom.FormFragments
	TagTooDeep   = dicom.FormTooDeep
)

// Tags lists the data elements of the DICOM file at b; see dicom.Elements,
// which tells the errors too. What could be read stands beside an error.
func Tags(ctx context.Context, b blob.Blob, redecoded bool) ([]Tag, error) {
	return dicom.Elements(ctx, b, redecoded)
}

// NIfTI is the volume of a NIfTI file, nil for other formats.
func (f *File) NIfTI() *nifti.Volume {
	if v, ok := f.volume.(*niftiVolume); ok {
		return v.Volume
	}
	return nil
}
