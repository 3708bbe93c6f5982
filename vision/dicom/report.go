package dicom

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"lightbox/vision/blob"
	"lightbox/vision/fault"
)

// EncapsulatedPDF is the SOP class of PDF documents (PS3.3 A.45.1).
const EncapsulatedPDF = "1.2.840.10008.5.1.4.1.1.104.1"

// structuredReports begins the SOP classes of Structured Reports (PS3.4 annex B.5); key
// object selections are among them.
const structuredReports = "1.2.840.10008.5.1.4.1.1.88."

// IsReport tells whether objects of a SOP class are reports: Structured Reports or PDF.
func IsReport(class string) bool {
	return class == EncapsulatedPDF || strings.HasPrefix(class, structuredReports)
}

// Report is a Structured Report (PS3.3 A.35, C.17) or an encapsulated PDF document.
type Report struct {
	SOPClassUID, SOPInstanceUID string
	Title                       string // concept name of the root, or Document Title
	TitleScheme                 string
	Completion, Verification    string // COMPLETE or PARTIAL; VERIFIED or UNVERIFIED
	Verifiers                   []string
	Date, Time                  string // of the content: YYYYMMDD, HHMMSS

	Items []ContentItem // of the tree, each after the one that it belongs to
	Cut   bool          // there are more than maxContents

	PDF []byte // of an encapsulated document; nil for others
}

// ContentItem is a node of a Structured Report's tree (PS3.3 C.17.3).
type ContentItem struct {
	Depth        int // 0 for those of the root
	Relationship string
	Type         string // Value Type, e.g. TEXT
	Name         string // meaning of the Concept Name
	NameScheme   string // that the name is coded by, e.g. DCM
	Value        string
	ValueScheme  string // of a CODE
	Unit         string // of a NUM
	Image        ImageReference
}

const (
	tagContentDate    tag = 0x00080023
	tagCodeValue      tag = 0x00080100
	tagCodeScheme     tag = 0x00080102
	tagLongCode       tag = 0x00080119
	tagURNCode        tag = 0x00080120
	tagReferencedSOPs tag = 0x00081199
	tagUnits          tag = 0x004008EA
	tagRelationship   tag = 0x0040A010
	tagVerifiedBy     tag = 0x0040A073
	tagVerifier       tag = 0x0040A075
	tagValueType      tag = 0x0040A040
	tagConceptName    tag = 0x0040A043
	tagDateTimeValue  tag = 0x0040A120
	tagDateValue      tag = 0x0040A121
	tagTimeValue      tag = 0x0040A122
	tagPersonValue    tag = 0x0040A123
	tagUIDValue       tag = 0x0040A124
	tagTextValue      tag = 0x0040A160
	tagCodeOf         tag = 0x0040A168
	tagMeasured       tag = 0x0040A300
	tagNumberQualify  tag = 0x0040A301
	tagNumericValue   tag = 0x0040A30A
	tagCompletion     tag = 0x0040A491
	tagVerification   tag = 0x0040A493
	tagContent        tag = 0x0040A730
	tagItemIdentifier tag = 0x0040DB73
	tagDocumentTitle  tag = 0x00420010
)

// reportWanted is what a report is made of.
var reportWanted = map[tag]part{
	tagContentDate: wholeValue, tagConceptName: wholeSequence, tagVerifiedBy: wholeSequence, tagCompletion: wholeValue, tagVerification: wholeValue,
	tagContent: wholeSequence, tagDocumentTitle: wholeValue, tagDocument: longValue,
}

// ReadReport reads a report. With redecoded, texts are read as GB18030.
//
// Errors are those of Open; TooLarge for a report or document beyond limits.go, Corrupt
// for a document that is no PDF.
func ReadReport(ctx context.Context, b blob.Blob, redecoded bool) (*Report, error) {
	o, err := readObject(ctx, b, redecoded, reportWanted, IsReport)
	if err != nil {
		return nil, err
	}
	r := &Report{
		SOPClassUID: o.header.SOPClassUID, SOPInstanceUID: o.header.SOPInstanceUID,
		Completion: o.ascii(tagCompletion), Verification: o.ascii(tagVerification),
		Date: date(o.ascii(tagContentDate)), Time: clock(o.ascii(tagContentTime)),
	}
	for _, v := range o.attributes[tagVerifiedBy].items {
		r.Verifiers = append(r.Verifiers, v.decoded(tagVerifier, o.set))
	}
	if r.SOPClassUID == EncapsulatedPDF {
		r.Title = o.decoded(tagDocumentTitle, o.set)
		// The padding byte of an odd length is no part of the document.
		if r.PDF = bytes.TrimSuffix(o.document, []byte{0}); !bytes.HasPrefix(r.PDF, []byte("%PDF-")) {
			return nil, fault.New(fault.Corrupt, b.Path(), "the document in it is no PDF")
		}
		return r, nil
	}
	if o.leaves(tagContent) {
		return nil, fault.New(fault.TooLarge, b.Path(), "the tree of the report is larger than %d bytes, deeper than %d levels or broken", maxSequenceBytes, maxTreeDepth/2)
	}
	r.Title, r.TitleScheme = o.first(tagConceptName).code(o.set)
	(&tree{report: r, redecoded: redecoded}).walk(o.attributes, o.set, 0)
	return r, nil
}

// tree walks over the content of a report.
type tree struct {
	report    *Report
	redecoded bool
}

func (w *tree) walk(a attributes, set charset, depth int) {
	for _, item := range a[tagContent].items {
		if len(w.report.Items) >= maxContents {
			w.report.Cut = true
			return
		}
		own := set
		if item.has(tagCharacterSet) && !w.redecoded {
			own = charsetOf(item.asciis(tagCharacterSet))
		}
		w.report.Items = append(w.report.Items, item.content(own, depth))
		w.walk(item, own, depth+1)
	}
}

// content reads one item of the tree.
func (a attributes) content(set charset, depth int) ContentItem {
	c := ContentItem{Depth: depth, Relationship: a.ascii(tagRelationship), Type: strings.ToUpper(a.ascii(tagValueType))}
	c.Name, c.NameScheme = a.first(tagConceptName).code(set)
	if id := a.integers(tagItemIdentifier); len(id) > 0 && c.Type == "" {
		c.Type, c.Value = "REFERENCE", strings.Trim(strings.ReplaceAll(fmt.Sprint(id), " ", "."), "[]")
	}
	switch c.Type {
	case "TEXT":
		c.Value = a.decoded(tagTextValue, set)
	case "CODE":
		c.Value, c.ValueScheme = a.first(tagCodeOf).code(set)
	case "NUM":
		a.measured(&c, set)
	case "PNAME":
		c.Value = a.decoded(tagPersonValue, set)
	case "DATE":
		c.Value = a.ascii(tagDateValue)
	case "TIME":
		c.Value = a.ascii(tagTimeValue)
	case "DATETIME":
		c.Value = a.ascii(tagDateTimeValue)
	case "UIDREF":
		c.Value = a.ascii(tagUIDValue)
	case "IMAGE", "COMPOSITE", "WAVEFORM":
		of := a.first(tagReferencedSOPs)
		c.Image.SOPInstanceUID = of.ascii(tagReferencedInstance)
		for _, f := range of.decimals(tagReferencedFrames) {
			if f >= 1 && f <= maxFrames {
				c.Image.Frames = append(c.Image.Frames, int(f))
			}
		}
	case "SCOORD", "SCOORD3D", "TCOORD":
		c.Value = a.ascii(tagGraphicType)
		for _, at := range a.decimals(tagGraphicData) {
			if math.Abs(at) <= maxPlace && len(c.Value) < maxElementText {
				c.Value += fmt.Sprintf(" %.6g", at)
			}
		}
	}
	return c
}

// measured reads a Measured Value Sequence, which is empty where nothing was measured.
func (a attributes) measured(c *ContentItem, set charset) {
	m := a.first(tagMeasured)
	if c.Value = m.ascii(tagNumericValue); c.Value == "" {
		c.Value, _ = a.first(tagNumberQualify).code(set)
		return
	}
	unit := m.first(tagUnits)
	c.Unit = unit.ascii(tagCodeValue)
	if unit.ascii(tagCodeScheme) != "UCUM" {
		c.Unit, _ = unit.code(set)
	}
	if slices.Contains([]string{"1", "{0:1}"}, c.Unit) { // UCUM's units of what has none
		c.Unit = ""
	}
}

// code reads a code by its meaning or, without one, by itself.
func (a attributes) code(set charset) (meaning, scheme string) {
	for _, t := range []tag{tagCodeMeaning, tagCodeValue, tagLongCode, tagURNCode} {
		if meaning = a.decoded(t, set); meaning != "" {
			break
		}
	}
	return meaning, a.ascii(tagCodeScheme)
}
