package dicom

import (
	"slices"

	"lightbox/vision/fault"
)

// groups are the functional groups of an enhanced object (PS3.3 C.7.6.16): the
// macros' attributes of interest, flattened, since no two of these macros share
// a tag. Objects have thousands of frames, therefore they are read straight
// from the file and not through the DICOM module.
type groups struct {
	shared attributes
	frames []attributes
	bytes  int
}

// frameMacros are the macros that are looked into, frameAttributes what is kept
// of them, with the VR that implicit data sets leave out.
var (
	frameMacros = map[tag]bool{
		tagPixelMeasures: true, tagPlaneOrientation: true, tagPlanePosition: true, tagFrameVOILUT: true,
		tagPixelValueTransformation: true, tagFrameContent: true,
	}
	frameAttributes = map[tag]string{
		tagPixelSpacing: "DS", tagSliceThickness: "DS", tagImageOrientation: "DS", tagImagePosition: "DS",
		tagWindowCentre: "DS", tagWindowWidth: "DS", tagWindowExplanation: "LO", tagVOIFunction: "CS",
		tagSlope: "DS", tagIntercept: "DS", tagRescaleType: "LO",
		tagStackID: "SH", tagInStackPosition: "UL", tagTemporalIndex: "UL", tagDimensionIndices: "UL",
	}
)

// functionalGroups reads the sequence el, which ends at end. A fault in it
// leaves what came before; only those of reading are returned.
func (g *groups) read(s *source, el element, end int64, e encoding) error {
	err := s.items(el, end, e, func(at, end int64, e encoding) error {
		frame := attributes{}
		err := s.elements(at, end, e, func(macro element, end int64) error {
			if !frameMacros[macro.tag] {
				return nil
			}
			return g.macro(s, frame, macro, end, e)
		})
		if el.tag == tagSharedGroups {
			g.shared = frame
		} else if len(g.frames) < maxFrames && g.bytes < maxGroupBytes {
			g.frames = append(g.frames, frame)
			g.bytes += 64 // what an empty one takes
		}
		return err
	})
	return unlessReading(err)
}

// macro copies what is kept of a macro's first item.
func (g *groups) macro(s *source, frame attributes, macro element, end int64, e encoding) error {
	first := true
	return s.items(macro, end, e, func(at, end int64, e encoding) error {
		if !first {
			return nil
		}
		first = false
		return s.elements(at, end, e, func(in element, end int64) error {
			vr, ok := frameAttributes[in.tag]
			n := end - in.value
			if !ok || n > maxFrameValue || g.bytes > maxGroupBytes {
				return nil
			}
			if in.vr != "" && in.vr != "UN" {
				vr = in.vr
			}
			data, err := s.bytes(in.value, n)
			if err != nil {
				return err
			}
			frame[in.tag] = attribute{vr: vr, big: e.big, data: data}
			g.bytes += int(n) + 96 // with the map's share
			return nil
		})
	})
}

// items calls f with the extent of each item of sequence el.
func (s *source) items(el element, end int64, e encoding, f func(at, end int64, e encoding) error) error {
	e = el.inner(e)
	for off := el.value; off < end; {
		it, err := s.element(off, e)
		if err != nil {
			return err
		}
		if it.tag != tagItem {
			return nil // the delimiter, or nothing that can be read on from
		}
		to, next := it.value+int64(it.length), it.value+int64(it.length)
		if it.length == undefined {
			if next, err = s.itemEnd(it, e); err != nil {
				return err
			}
			to = next - 8 // the delimiter
		}
		if to > end {
			return fault.New(fault.Truncated, s.path, "the sequence %v goes on past byte %d", el.tag, end)
		}
		if err := f(it.value, to, e); err != nil {
			return err
		}
		off = next
	}
	return nil
}

// elements calls f for each element from off to end.
func (s *source) elements(off, end int64, e encoding, f func(el element, end int64) error) error {
	for off < end {
		el, err := s.element(off, e)
		if err != nil {
			return err
		}
		next, err := s.end(el, e)
		if err != nil {
			return err
		}
		if err := f(el, next); err != nil {
			return err
		}
		off = next
	}
	return nil
}

// infos gives the description of each frame, nil for an object without
// functional groups per frame.
func (g *groups) infos(set charset) []FrameInfo {
	if len(g.frames) == 0 {
		return nil
	}
	out := make([]FrameInfo, len(g.frames))
	for i, own := range g.frames {
		out[i] = frameInfo(own, g.shared, set)
	}
	return out
}

// frameInfo reads one frame's macros. A macro stands either in the shared or
// in the frame's own groups; where both have it, the frame's own is nearer.
func frameInfo(own, shared attributes, set charset) FrameInfo {
	pick := func(t tag) attributes {
		if own.has(t) {
			return own
		}
		return shared
	}
	f := FrameInfo{
		Position: pick(tagImagePosition).point(tagImagePosition), Orientation: pick(tagImageOrientation).directions(tagImageOrientation),
		Spacing: pick(tagPixelSpacing).spacing(tagPixelSpacing), Thickness: pick(tagSliceThickness).ascii(tagSliceThickness),
		StackID: pick(tagStackID).ascii(tagStackID),
	}
	f.InStackPosition, _ = pick(tagInStackPosition).number(tagInStackPosition, false)
	f.TemporalIndex, _ = pick(tagTemporalIndex).number(tagTemporalIndex, false)
	if d := pick(tagDimensionIndices)[tagDimensionIndices]; len(d.data) >= 4 {
		for b := d.data; len(b) >= 4; b = b[4:] {
			f.DimensionIndices = append(f.DimensionIndices, int(d.order().Uint32(b)))
		}
	}
	if r := pick(tagSlope); r.has(tagSlope) {
		var h Header
		h.rescale(r)
		f.RescaleSlope, f.RescaleIntercept, f.RescaleType = h.RescaleSlope, h.RescaleIntercept, h.RescaleType
	}
	if w := pick(tagWindowCentre); w.has(tagWindowCentre) {
		var h Header
		h.windows(w, set)
		f.Windows, f.VOIFunction = h.Windows, h.VOIFunction
	}
	return f
}

// point reads a position in mm.
func (a attributes) point(t tag) []float64 {
	v := a.decimals(t)
	if len(v) != 3 || slices.ContainsFunc(v, func(x float64) bool { return !finite(x) }) {
		return nil
	}
	return v
}

// directions reads the direction cosines of a row and a column.
func (a attributes) directions(t tag) []float64 {
	v := a.decimals(t)
	if len(v) != 6 || slices.ContainsFunc(v, func(x float64) bool { return !finite(x) }) {
		return nil
	}
	return v
}
