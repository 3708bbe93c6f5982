package dicomtest

// ReportUID is the SOP Instance UID of the reports that Report writes.
const ReportUID = "1.2.826.0.1.3680043.10.1.6"

// Code is a code item: its value, scheme and meaning.
func Code(value, scheme, meaning string) []Element {
	return []Element{
		{Tag: 0x00080100, VR: "SH", Value: value}, {Tag: 0x00080102, VR: "SH", Value: scheme}, {Tag: 0x00080104, VR: "LO", Value: meaning},
	}
}

// Content is an item of a report's tree: its relationship, Value Type, concept name and
// what makes up its value and what belongs to it.
func Content(relationship, kind, name string, more ...Element) []Element {
	c := []Element{
		{Tag: 0x0040A010, VR: "CS", Value: relationship}, {Tag: 0x0040A040, VR: "CS", Value: kind},
		{Tag: 0x0040A043, VR: "SQ", Items: [][]Element{Code("1", "DCM", name)}},
	}
	if kind == "CONTAINER" {
		c = append(c, Element{Tag: 0x0040A050, VR: "CS", Value: "SEPARATE"})
	}
	return append(c, more...)
}

// Children is the Content Sequence of an item.
func Children(items ...[]Element) Element { return Element{Tag: 0x0040A730, VR: "SQ", Items: items} }

// Number is the Measured Value Sequence of an item of type NUM.
func Number(value, unit, meaning string) Element {
	return Element{Tag: 0x0040A300, VR: "SQ", Items: [][]Element{{
		{Tag: 0x0040A30A, VR: "DS", Value: value}, {Tag: 0x004008EA, VR: "SQ", Items: [][]Element{Code(unit, "UCUM", meaning)}},
	}}}
}

// Report is a Comprehensive SR of the study of Image (PS3.3 A.35.3) with some items under
// its root.
func Report(items ...[]Element) Set {
	return Set{
		{Tag: CharacterSet, VR: "CS", Value: "ISO_IR 100"},
		{Tag: 0x00080016, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.88.33"},
		{Tag: 0x00080018, VR: "UI", Value: ReportUID},
		{Tag: 0x00080020, VR: "DA", Value: "20240101"},
		{Tag: 0x00080023, VR: "DA", Value: "20240103"},
		{Tag: 0x00080030, VR: "TM", Value: "120000"},
		{Tag: 0x00080033, VR: "TM", Value: "131415"},
		{Tag: 0x00080050, VR: "SH"},
		{Tag: 0x00080060, VR: "CS", Value: "SR"},
		{Tag: 0x00080070, VR: "LO", Value: "TEST"},
		{Tag: 0x00080090, VR: "PN"},
		{Tag: 0x00081111, VR: "SQ"},
		{Tag: PatientName, VR: "PN", Value: "Synthetic^Phantom"},
		{Tag: 0x00100020, VR: "LO"},
		{Tag: 0x00100030, VR: "DA"},
		{Tag: 0x00100040, VR: "CS"},
		{Tag: 0x0020000D, VR: "UI", Value: StudyUID},
		{Tag: 0x0020000E, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.7"},
		{Tag: 0x00200010, VR: "SH"},
		{Tag: 0x00200011, VR: "IS", Value: "8"},
		{Tag: 0x00200013, VR: "IS", Value: "1"},
		{Tag: 0x0040A040, VR: "CS", Value: "CONTAINER"},
		{Tag: 0x0040A043, VR: "SQ", Items: [][]Element{Code("126000", "DCM", "Imaging Measurement Report")}},
		{Tag: 0x0040A050, VR: "CS", Value: "SEPARATE"},
		{Tag: 0x0040A372, VR: "SQ"},
		{Tag: 0x0040A491, VR: "CS", Value: "PARTIAL"},
		{Tag: 0x0040A493, VR: "CS", Value: "UNVERIFIED"},
		Children(items...),
	}
}

// PDF is an Encapsulated PDF object of the study of Image.
func PDF(title string, document []byte) Set {
	if len(document)%2 != 0 {
		document = append(document[:len(document):len(document)], 0)
	}
	return Set{
		{Tag: 0x00080016, VR: "UI", Value: "1.2.840.10008.5.1.4.1.1.104.1"},
		{Tag: 0x00080018, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.8"},
		{Tag: 0x00080023, VR: "DA", Value: "20240102"},
		{Tag: 0x00080033, VR: "TM", Value: "080000"},
		{Tag: 0x00080060, VR: "CS", Value: "DOC"},
		{Tag: PatientName, VR: "PN", Value: "Synthetic^Phantom"},
		{Tag: 0x0020000D, VR: "UI", Value: StudyUID},
		{Tag: 0x0020000E, VR: "UI", Value: "1.2.826.0.1.3680043.10.1.9"},
		{Tag: 0x00420010, VR: "ST", Value: title},
		{Tag: 0x00420011, VR: "OB", Value: document},
		{Tag: 0x00420012, VR: "LO", Value: "application/pdf"},
	}
}
