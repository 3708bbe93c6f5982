package dicomtest

// UIDs of the images that Image writes, and of the states and reports that belong to
// them.
const (
	ImageClass    = "1.2.840.10008.5.1.4.1.1.1"
	ImageUID      = "1.2.826.0.1.3680043.10.1.1"
	StudyUID      = "1.2.826.0.1.3680043.10.1.2"
	SeriesUID     = "1.2.826.0.1.3680043.10.1.3"
	StateUID      = "1.2.826.0.1.3680043.10.1.4"
	stateSeries   = "1.2.826.0.1.3680043.10.1.5"
	stateClass    = "1.2.840.10008.5.1.4.1.1.11.1"
	SoftcopyVOIs  = 0x00283110
	Graphics      = 0x00700001
	DisplayedArea = 0x0070005A
	Layers        = 0x00700060
)

// ImageRefs is a Referenced Image Sequence of the image that Image writes.
func ImageRefs(uids ...string) Element {
	if uids == nil {
		uids = []string{ImageUID}
	}
	s := Element{Tag: 0x00081140, VR: "SQ"}
	for _, uid := range uids {
		s.Items = append(s.Items, []Element{{Tag: 0x00081150, VR: "UI", Value: ImageClass}, {Tag: 0x00081155, VR: "UI", Value: uid}})
	}
	return s
}

// State is a Grayscale Softcopy Presentation State for images of columns × rows pixels
// that does nothing (PS3.3 A.33.1), with elements that replace its own.
func State(columns, rows int, extra ...Element) Set {
	return Set{
		{Tag: 0x00080016, VR: "UI", Value: stateClass},
		{Tag: 0x00080018, VR: "UI", Value: StateUID},
		{Tag: 0x00080020, VR: "DA", Value: "20240101"},
		{Tag: 0x00080030, VR: "TM", Value: "120000"},
		{Tag: 0x00080050, VR: "SH"},
		{Tag: 0x00080060, VR: "CS", Value: "PR"},
		{Tag: 0x00080070, VR: "LO", Value: "TEST"},
		{Tag: 0x00080090, VR: "PN"},
		{Tag: 0x00081115, VR: "SQ", Items: [][]Element{{{Tag: 0x0020000E, VR: "UI", Value: SeriesUID}, ImageRefs()}}},
		{Tag: PatientName, VR: "PN", Value: "Synthetic^Phantom"},
		{Tag: 0x00100020, VR: "LO"},
		{Tag: 0x00100030, VR: "DA"},
		{Tag: 0x00100040, VR: "CS"},
		{Tag: 0x0020000D, VR: "UI", Value: StudyUID},
		{Tag: 0x0020000E, VR: "UI", Value: stateSeries},
		{Tag: 0x00200010, VR: "SH"},
		{Tag: 0x00200011, VR: "IS", Value: "9"},
		{Tag: 0x00200013, VR: "IS", Value: "1"},
		{Tag: DisplayedArea, VR: "SQ", Items: [][]Element{Area(1, 1, columns, rows, "SCALE TO FIT")}},
		{Tag: 0x00700080, VR: "CS", Value: "READ"},
		{Tag: 0x00700081, VR: "LO", Value: "a synthetic state"},
		{Tag: 0x00700082, VR: "DA", Value: "20240102"},
		{Tag: 0x00700083, VR: "TM", Value: "101112"},
		{Tag: 0x00700084, VR: "PN", Value: "Reader^Ruth"},
		{Tag: 0x20500020, VR: "CS", Value: "IDENTITY"},
	}.With(extra...)
}

// Area is an item of Displayed Area Selection Sequence; its corners are columns and rows
// from 1.
func Area(left, top, right, bottom int, mode string) []Element {
	return []Element{
		{Tag: 0x00700052, VR: "SL", Value: []int{left, top}},
		{Tag: 0x00700053, VR: "SL", Value: []int{right, bottom}},
		{Tag: 0x00700100, VR: "CS", Value: mode},
		{Tag: 0x00700102, VR: "IS", Value: `1\1`},
	}
}

// Graphic is an item of Graphic Object Sequence.
func Graphic(units, kind string, points ...float64) []Element {
	return []Element{
		{Tag: 0x00700005, VR: "CS", Value: units},
		{Tag: 0x00700020, VR: "US", Value: 2},
		{Tag: 0x00700021, VR: "US", Value: len(points) / 2},
		{Tag: 0x00700022, VR: "FL", Value: points},
		{Tag: 0x00700023, VR: "CS", Value: kind},
		{Tag: 0x00700024, VR: "CS", Value: "N"},
	}
}

// Annotation is an item of Graphic Annotation Sequence.
func Annotation(layer string, graphics, texts [][]Element) []Element {
	a := []Element{{Tag: 0x00700002, VR: "CS", Value: layer}}
	if texts != nil {
		a = append(a, Element{Tag: 0x00700008, VR: "SQ", Items: texts})
	}
	if graphics != nil {
		a = append(a, Element{Tag: 0x00700009, VR: "SQ", Items: graphics})
	}
	return a
}

// Layer is an item of Graphic Layer Sequence.
func Layer(name, order string, gray int) []Element {
	return []Element{
		{Tag: 0x00700002, VR: "CS", Value: name}, {Tag: 0x00700062, VR: "IS", Value: order}, {Tag: 0x00700066, VR: "US", Value: gray},
	}
}
