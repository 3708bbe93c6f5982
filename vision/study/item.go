package study

import (
	"path/filepath"
	"strconv"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
	"lightbox/vision/fault"
	"lightbox/vision/format"
	"lightbox/vision/nifti"
)

// Item is one readable file with what grouping and lists need of its header,
// in DICOM's terms; about a kilobyte. It is immutable. Absent attributes are
// the zero value.
type Item struct {
	Blob   blob.Blob
	Format format.Format
	Named  bool // named by the user, not found in a folder or an archive

	// Fault tells why the images cannot be shown although the header reads: nil,
	// or what dicom.File.Check says. fault.NoPixels is an object without an
	// image: a report, a plan, a presentation state.
	Fault error

	SOPClassUID, SOPInstanceUID, StudyUID, SeriesUID               string
	PatientName, PatientID, BirthDate, Sex, Age                    string
	StudyDate, StudyTime, StudyDescription, Accession, Institution string
	SeriesNumber, SeriesDescription, SeriesDate, SeriesTime        string
	Modality, BodyPart, ViewPosition, Laterality, Protocol         string
	FrameOfReferenceUID, AcquisitionNumber, EchoTime, ContentTime  string
	TemporalPosition, Photometric, ImageType/* joined by \ */ string
	SliceThickness                 string
	InstanceNumber                 int
	HasInstanceNumber              bool
	Rows, Columns, Samples, Frames int
	FrameRate                      float64    // frames a second, 0 unknown
	PixelSpacing                   [2]float64 // mm between rows, between columns; 0 unknown
	Position                       [3]float64 // mm, of the first pixel of the first frame
	HasPosition                    bool
	Orientation                    [6]float64 // direction cosines of a row and a column
	HasOrientation                 bool
	places                         []place // of each frame, where they differ
}

// place is where one frame of several lies, and what grouping needs of it.
type place struct {
	position    [3]float64
	orientation [6]float64
	known       bool       // position and orientation
	spacing     [2]float64 // mm between rows, between columns; 0 for that of the item
	stack       string
	time        int
}

// NoImage reports whether the object has no image.
func (i *Item) NoImage() bool { return fault.KindOf(i.Fault) == fault.NoPixels }

// Path is what the file is called.
func (i *Item) Path() string { return i.Blob.Path() }

// FromDICOM makes an Item of an opened DICOM file; check is what its Check
// said.
func FromDICOM(b blob.Blob, h *dicom.Header, check error) *Item {
	i := &Item{
		Blob: b, Format: format.DICOM, Fault: check,
		SOPClassUID: h.SOPClassUID, SOPInstanceUID: h.SOPInstanceUID, StudyUID: h.StudyUID, SeriesUID: h.SeriesUID,
		PatientName: h.PatientName, PatientID: h.PatientID, BirthDate: h.BirthDate, Sex: h.Sex, Age: h.Age,
		StudyDate: h.StudyDate, StudyTime: h.StudyTime, StudyDescription: h.StudyDescription, Accession: h.Accession,
		Institution: h.Institution, SeriesNumber: h.SeriesNumber, SeriesDescription: h.SeriesDescription,
		SeriesDate: h.SeriesDate, SeriesTime: h.SeriesTime, Modality: h.Modality, BodyPart: h.BodyPart,
		ViewPosition: h.ViewPosition, Laterality: h.Laterality, Protocol: h.Protocol,
		FrameOfReferenceUID: h.FrameOfReferenceUID, AcquisitionNumber: h.AcquisitionNumber, EchoTime: h.EchoTime,
		ContentTime: h.ContentTime, TemporalPosition: h.TemporalPosition, Photometric: h.Photometric,
		ImageType: strings.Join(h.ImageType, `\`), SliceThickness: h.SliceThickness,
		Rows: h.Rows, Columns: h.Columns, Samples: h.Samples, Frames: max(1, h.Frames), FrameRate: h.FrameRate,
	}
	if n, err := strconv.Atoi(strings.TrimSpace(h.InstanceNumber)); err == nil {
		i.InstanceNumber, i.HasInstanceNumber = n, true
	}
	if len(h.PixelSpacing) == 2 {
		i.PixelSpacing = [2]float64(h.PixelSpacing)
	}
	if len(h.ImagePosition) == 3 {
		i.Position, i.HasPosition = [3]float64(h.ImagePosition), true
	}
	if len(h.ImageOrientation) == 6 && normalised(h.ImageOrientation) {
		i.Orientation, i.HasOrientation = [6]float64(h.ImageOrientation), true
	}
	i.places = framePlaces(h, i.Frames)
	if len(i.places) > 0 && i.places[0].known {
		i.Position, i.HasPosition = i.places[0].position, true
		i.Orientation, i.HasOrientation = i.places[0].orientation, true
	}
	return i
}

// placeOf is where frame n lies.
func (i *Item) placeOf(n int) place {
	switch {
	case n < len(i.places):
		return i.places[n]
	case i.Frames == 1 && i.HasPosition && i.HasOrientation:
		return place{position: i.Position, orientation: i.Orientation, known: true}
	}
	return place{}
}

// framePlaces condenses the functional groups; nil where they tell nothing.
func framePlaces(h *dicom.Header, frames int) []place {
	if len(h.PerFrame) == 0 || len(h.PerFrame) != frames {
		return nil
	}
	some := false
	out := make([]place, len(h.PerFrame))
	for n := range h.PerFrame {
		f := &h.PerFrame[n]
		p := place{stack: f.StackID, time: f.TemporalIndex}
		orientation := f.Orientation
		if orientation == nil {
			orientation = h.ImageOrientation
		}
		if len(f.Position) == 3 && len(orientation) == 6 && normalised(orientation) {
			p.position, p.orientation, p.known = [3]float64(f.Position), [6]float64(orientation), true
		}
		if len(f.Spacing) == 2 {
			p.spacing = [2]float64(f.Spacing)
		}
		some = some || p.known
		out[n] = p
	}
	if !some {
		return nil
	}
	return out
}

// FromNIfTI makes an Item of an opened volume: a series of its own.
func FromNIfTI(b blob.Blob, v *nifti.Volume) *Item {
	i := &Item{
		Blob: b, Format: format.NIfTI, SeriesDescription: filepath.Base(b.Path()),
		Rows: v.Rows, Columns: v.Columns, Samples: 1, Photometric: "MONOCHROME2", Frames: v.Frames(),
		PixelSpacing: [2]float64{v.Spacing[1], v.Spacing[0]},
	}
	if v.Datatype == nifti.RGB24 {
		i.Samples, i.Photometric = 3, "RGB"
	}
	if v.Orientation == nil {
		return i
	}
	i.Orientation, i.HasOrientation = [6]float64(v.Orientation), true
	i.places = make([]place, i.Frames)
	for n := range i.places {
		i.places[n] = place{position: [3]float64(v.Position(n)), orientation: i.Orientation, known: true}
		if v.Times > 1 {
			i.places[n].time = n/v.Slices + 1
		}
	}
	i.Position, i.HasPosition = i.places[0].position, true
	return i
}
