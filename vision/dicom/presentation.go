package dicom

import (
	"context"
	"math"
	"slices"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// PresentationClass is the SOP class of Grayscale Softcopy Presentation States (PS3.4
// annex N).
const PresentationClass = "1.2.840.10008.5.1.4.1.1.11.1"

// Presentation is a Grayscale Softcopy Presentation State (PS3.3 A.33.1): how images
// are to be shown, in the standard's terms. Absent attributes are the zero value.
type Presentation struct {
	SOPInstanceUID, StudyUID     string
	Label, Description           string // Content Label, Content Description
	Creator                      string // Content Creator's Name
	Date, Time                   string // Presentation Creation Date and Time: YYYYMMDD, HHMMSS
	References                   []ImageReference
	Rescales                     bool // it has a rescale; without one, and without ModalityLUT, stored values are modality values
	RescaleSlope                 float64
	RescaleIntercept             float64
	RescaleType                  string
	ModalityLUT                  *LUT
	VOIs                         []SoftcopyVOI
	PresentationLUT              *LUT   // its output are P-values, its input the VOI LUT's output
	Shape                        string // Presentation LUT Shape: IDENTITY, INVERSE or empty
	Rotation                     int    // clockwise, in quarters of a turn, 0 … 3; before the flip
	Flip                         bool   // left to right
	Areas                        []DisplayedArea
	Layers                       []GraphicLayer
	Annotations                  []GraphicAnnotation
	Shutters                     []Shutter
	ShutterLevel                 float64 // P-value that covers what is shut out, 0 black … 1 white
	Masked, Compound, OwnOverlay bool    // it has what is not read: a mask for subtraction, compound graphics, overlay planes or a bitmap shutter
}

// ImageReference names an image that something applies to.
type ImageReference struct {
	SOPInstanceUID string
	Frames         []int // from 1; empty for all
}

// Covers tells whether a list of references has a frame, counted from 0, of an image.
// An empty list is that of all images that the state refers to.
func Covers(list []ImageReference, uid string, frame int) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(r ImageReference) bool {
		return r.SOPInstanceUID == uid && (len(r.Frames) == 0 || slices.Contains(r.Frames, frame+1))
	})
}

// SoftcopyVOI is an item of Softcopy VOI LUT Sequence (PS3.3 C.11.8).
type SoftcopyVOI struct {
	Of       []ImageReference
	Windows  []Window
	Function string
	LUTs     []LUT
}

// DisplayedArea is an item of Displayed Area Selection Sequence (PS3.3 C.10.4): the part
// of the image between two pixels, counted from 1, columns first, both included.
type DisplayedArea struct {
	Of            []ImageReference
	TopLeft       [2]int // where they come to lie after rotation and flip
	BottomRight   [2]int
	Mode          string  // SCALE TO FIT, TRUE SIZE or MAGNIFY
	Magnification float64 // of MAGNIFY: screen pixels for one image pixel
	Aspect        float64 // height of a pixel for one of its width; 1 if absent
}

// Attributes of presentation states.
const (
	tagReferencedSeries   tag = 0x00081115
	tagReferencedImages   tag = 0x00081140
	tagReferencedInstance tag = 0x00081155
	tagReferencedFrames   tag = 0x00081160
	tagShutterShape       tag = 0x00181600
	tagShutterLeft        tag = 0x00181602
	tagShutterRight       tag = 0x00181604
	tagShutterUpper       tag = 0x00181606
	tagShutterLower       tag = 0x00181608
	tagShutterCentre      tag = 0x00181610
	tagShutterRadius      tag = 0x00181612
	tagShutterVertices    tag = 0x00181620
	tagShutterLevel       tag = 0x00181622
	tagSoftcopyVOIs       tag = 0x00283110
	tagMaskSubtraction    tag = 0x00286100
	tagAnnotations        tag = 0x00700001
	tagFlip               tag = 0x00700041
	tagRotation           tag = 0x00700042
	tagAreaTopLeft        tag = 0x00700052
	tagAreaBottomRight    tag = 0x00700053
	tagDisplayedAreas     tag = 0x0070005A
	tagLayers             tag = 0x00700060
	tagContentLabel       tag = 0x00700080
	tagContentDescription tag = 0x00700081
	tagCreationDate       tag = 0x00700082
	tagCreationTime       tag = 0x00700083
	tagContentCreator     tag = 0x00700084
	tagSizeMode           tag = 0x00700100
	tagAreaSpacing        tag = 0x00700101
	tagAreaAspect         tag = 0x00700102
	tagMagnify            tag = 0x00700103
	tagPresentationLUTs   tag = 0x20500010
)

// presentationWanted is what a state is made of.
var presentationWanted = map[tag]part{
	tagReferencedSeries: wholeSequence, tagSoftcopyVOIs: wholeSequence, tagAnnotations: wholeSequence, tagDisplayedAreas: wholeSequence,
	tagLayers: wholeSequence, tagPresentationLUTs: wholeSequence, tagMaskSubtraction: wholeSequence, tagCompound: wholeSequence,
	tagFlip: wholeValue, tagRotation: wholeValue, tagContentLabel: wholeValue, tagContentDescription: wholeValue, tagCreationDate: wholeValue,
	tagCreationTime: wholeValue, tagContentCreator: wholeValue,
	tagShutterShape: wholeValue, tagShutterLeft: wholeValue, tagShutterRight: wholeValue, tagShutterUpper: wholeValue, tagShutterLower: wholeValue,
	tagShutterCentre: wholeValue, tagShutterRadius: wholeValue, tagShutterVertices: wholeValue, tagShutterLevel: wholeValue,
}

// ReadPresentation reads a presentation state.
//
// Errors are those of Open, and BadPresentation with what is wrong: a state that
// contradicts itself, or asks for more than limits.go allows, is not applied in part.
func ReadPresentation(ctx context.Context, b blob.Blob) (*Presentation, error) {
	o, err := readObject(ctx, b, false, presentationWanted, func(class string) bool { return class == PresentationClass })
	if err != nil {
		return nil, err
	}
	p, err := o.presentation()
	return p, fault.WithPath(err, b.Path())
}

func (o *object) presentation() (*Presentation, error) {
	for t := range presentationWanted {
		if o.leaves(t) {
			return nil, fault.New(fault.BadPresentation, "", "%v is too large or broken", t)
		}
	}
	p := &Presentation{
		SOPInstanceUID: o.header.SOPInstanceUID, StudyUID: o.header.StudyUID,
		Label: o.ascii(tagContentLabel), Description: o.decoded(tagContentDescription, o.set), Creator: o.decoded(tagContentCreator, o.set),
		Date: date(o.ascii(tagCreationDate)), Time: clock(o.ascii(tagCreationTime)),
		Shape:  strings.ToUpper(o.ascii(tagPresentationShape)),
		Masked: o.has(tagMaskSubtraction), Compound: o.has(tagCompound), OwnOverlay: o.overlays,
	}
	for _, read := range []func(*Presentation) error{o.references, o.grayscale, o.softcopyVOIs, o.spatial, o.displayedAreas, o.graphics, o.shutters} {
		if err := read(p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// references reads which images the state is for.
func (o *object) references(p *Presentation) error {
	for _, series := range o.attributes[tagReferencedSeries].items {
		list, err := series.images()
		if err != nil {
			return err
		}
		p.References = append(p.References, list...)
	}
	switch {
	case len(p.References) == 0:
		return fault.New(fault.BadPresentation, "", "it refers to no image")
	case len(p.References) > maxReferences:
		return fault.New(fault.BadPresentation, "", "it refers to %d images, the limit is %d", len(p.References), maxReferences)
	}
	return nil
}

// images reads a Referenced Image Sequence.
func (a attributes) images() (list []ImageReference, err error) {
	for _, item := range a[tagReferencedImages].items {
		r := ImageReference{SOPInstanceUID: item.ascii(tagReferencedInstance)}
		for _, f := range item.decimals(tagReferencedFrames) {
			if !(f >= 1 && f <= maxFrames) {
				return nil, fault.New(fault.BadPresentation, "", "it refers to a frame that cannot be: %v", f)
			}
			r.Frames = append(r.Frames, int(f))
		}
		if r.SOPInstanceUID == "" {
			return nil, fault.New(fault.BadPresentation, "", "it refers to an image without a name")
		}
		list = append(list, r)
	}
	return list, nil
}

// grayscale reads the Modality LUT and the Presentation LUT.
func (o *object) grayscale(p *Presentation) error {
	var h Header
	h.rescale(o.attributes)
	p.RescaleSlope, p.RescaleIntercept, p.RescaleType = h.RescaleSlope, h.RescaleIntercept, h.RescaleType
	p.Rescales = o.has(tagSlope) || o.has(tagIntercept)
	if o.has(tagModalityLUTs) {
		lut, err := o.first(tagModalityLUTs).lookup(o.set, false)
		if err != nil {
			return fault.New(fault.BadPresentation, "", "its Modality LUT is broken")
		}
		p.ModalityLUT = &lut
	}
	if o.has(tagPresentationLUTs) {
		lut, err := o.first(tagPresentationLUTs).lookup(o.set, false)
		if err != nil || lut.First != 0 {
			return fault.New(fault.BadPresentation, "", "its Presentation LUT is broken")
		}
		p.PresentationLUT = &lut
	}
	return nil
}

func (o *object) softcopyVOIs(p *Presentation) error {
	for _, item := range o.attributes[tagSoftcopyVOIs].items {
		of, err := item.images()
		if err != nil {
			return err
		}
		h := Header{RescaleSlope: 1, RescaleIntercept: min(p.RescaleIntercept, 0), ModalityLUT: p.ModalityLUT}
		h.windows(item, o.set)
		v := SoftcopyVOI{Of: of, Windows: h.Windows, Function: h.VOIFunction, LUTs: h.VOILUTs}
		v.Windows = slices.DeleteFunc(v.Windows, func(w Window) bool { return w.Width <= 0 })
		if len(v.Windows)+len(v.LUTs) == 0 {
			return fault.New(fault.BadPresentation, "", "an item of its Softcopy VOI LUT Sequence has no window and no table")
		}
		p.VOIs = append(p.VOIs, v)
	}
	return nil
}

// spatial reads rotation and flip.
func (o *object) spatial(p *Presentation) error {
	degrees, _ := o.number(tagRotation, false)
	if degrees%90 != 0 || degrees < 0 || degrees >= 360 {
		return fault.New(fault.BadPresentation, "", "a rotation by %d degrees", degrees)
	}
	p.Rotation, p.Flip = degrees/90, o.ascii(tagFlip) == "Y"
	return nil
}

func (o *object) displayedAreas(p *Presentation) error {
	for _, item := range o.attributes[tagDisplayedAreas].items {
		of, err := item.images()
		if err != nil {
			return err
		}
		a := DisplayedArea{Of: of, Mode: strings.ToUpper(item.ascii(tagSizeMode)), Magnification: 1, Aspect: 1}
		corners := append(item.integers(tagAreaTopLeft), item.integers(tagAreaBottomRight)...)
		if len(corners) != 4 || slices.ContainsFunc(corners, func(v int) bool { return v < -maxPlace || v > maxPlace }) {
			return fault.New(fault.BadPresentation, "", "a displayed area whose corners cannot be")
		}
		a.TopLeft, a.BottomRight = [2]int(corners[:2]), [2]int(corners[2:])
		if m := item.decimals(tagMagnify); len(m) > 0 {
			a.Magnification = m[0]
		}
		if !(a.Magnification > 0 && a.Magnification <= maxPlace) {
			return fault.New(fault.BadPresentation, "", "a magnification of %v", a.Magnification)
		}
		if s := item.decimals(tagAreaSpacing); len(s) > 1 && s[0] > 0 && s[1] > 0 {
			a.Aspect = s[0] / s[1]
		} else if s := item.decimals(tagAreaAspect); len(s) > 1 && s[0] > 0 && s[1] > 0 {
			a.Aspect = s[0] / s[1]
		}
		p.Areas = append(p.Areas, a)
	}
	return nil
}

// integers gives all values of a 32-bit or text integer.
func (a attributes) integers(t tag) (out []int) {
	v := a[t]
	if v.vr == "SL" || v.vr == "UL" {
		for b := v.data; len(b) >= 4; b = b[4:] {
			out = append(out, int(int32(v.order().Uint32(b))))
		}
		return out
	}
	for _, f := range a.decimals(t) {
		if math.IsNaN(f) || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
			return nil
		}
		out = append(out, int(f))
	}
	return out
}
