package app

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/vision/blob"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// volume is a NIfTI-1 file of 4 × 3 × 2 voxels of 16 bits, written by the
// layout of nifti1.h.
func volumeFile() []byte {
	b := make([]byte, 352+4*3*2*2)
	little := binary.LittleEndian
	little.PutUint32(b, 348)
	for i, n := range []uint16{3, 4, 3, 2, 1, 1, 1, 1} {
		little.PutUint16(b[40+2*i:], n)
	}
	little.PutUint16(b[70:], 4)  // INT16
	little.PutUint16(b[72:], 16) // bits
	for i, mm := range []float32{1, 0.5, 0.75, 3} {
		little.PutUint32(b[76+4*i:], math.Float32bits(mm))
	}
	little.PutUint32(b[108:], math.Float32bits(352))
	b[123] = 2 // mm
	copy(b[148:], "written by a test")
	copy(b[344:], "n+1\x00")
	return b
}

func TestTags(t *testing.T) {
	write := func(name string, data []byte) blob.Blob {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return blob.File(path)
	}
	chest := dicomtest.Chest(40, 30, 12)
	list, dicom, err := Tags(context.Background(), write("a", chest.Bytes()), false)
	if err != nil || !dicom || len(list) < 15 || list[0].Tag.Tag != 0x00020000 || list[0].Label != "" {
		t.Errorf("%v, %t, %+v", err, dicom, list)
	}
	list, dicom, err = Tags(context.Background(), write("b", volumeFile()), false)
	values := map[Term]string{}
	for _, x := range list {
		values[x.Label] = x.Value
	}
	if err != nil || dicom || values["Format"] != "NIfTI" || values["Slices"] != "2" || values["Data type"] != "INT16" ||
		values["Note of its writer"] != "written by a test" {
		t.Errorf("%v, %t, %q", err, dicom, values)
	}
	if list, _, err = Tags(context.Background(), write("c", []byte("no scan")), false); fault.KindOf(err) != fault.NotAScan || list != nil {
		t.Errorf("%v, %+v", err, list)
	}
}

// TestTagsAreNotLogged lists a file that is cut short: what is said of it names
// no patient.
func TestTagsAreNotLogged(t *testing.T) {
	chest := dicomtest.Chest(40, 30, 12)
	chest.Extra = []dicomtest.Element{{Tag: dicomtest.PatientName, VR: "PN", Value: "Secret^Name"}}
	data := chest.Bytes()
	path := filepath.Join(t.TempDir(), "cut.dcm")
	if err := os.WriteFile(path, data[:len(data)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	list, _, err := Tags(context.Background(), blob.File(path), false)
	if fault.KindOf(err) != fault.Truncated || len(list) < 15 {
		t.Fatalf("%v, %d rows", err, len(list))
	}
	if strings.Contains(err.Error(), "Secret") || strings.Contains(Explain(err).String(), "Secret") {
		t.Error("names the patient")
	}
}
