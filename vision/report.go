package vision

import (
	"context"

	"lightbox/vision/blob"
	"lightbox/vision/dicom"
)

// Report is a Structured Report or an encapsulated PDF document.
type Report = dicom.Report

// ContentItem is a node of a Structured Report's tree.
type ContentItem = dicom.ContentItem

// IsReport tells whether objects of a SOP class are reports.
func IsReport(class string) bool { return dicom.IsReport(class) }

// ReadReport reads the report at b; see dicom.ReadReport.
func ReadReport(ctx context.Context, b blob.Blob, redecoded bool) (*Report, error) {
	return dicom.ReadReport(ctx, b, redecoded)
}
