// Package dataset reads labelled pictures for training and evaluation. It
// knows the MedMNIST layout; other sources fill the same structure.
package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"

	"lightbox/model"
)

// ErrBadData marks a data set that cannot be used.
var ErrBadData = errors.New("unusable data set")

// Dataset is one labelled split. Names, Images, Labels and Groups have the
// same length.
type Dataset struct {
	// Names says where each picture came from, for people.
	Names []string
	// Images holds the pictures, 0 black to 1 white.
	Images []model.Gray
	// Labels is 1 where the finding is present, 0 where it is not.
	Labels []int
	// Groups names the unit that must not be torn apart by resampling or
	// folds: the patient where known, else the cluster of identical pictures.
	Groups []string
	// SHA256 is the hash of the file or files, in lower-case hex.
	SHA256 string
}

// Len is the number of pictures.
func (d *Dataset) Len() int { return len(d.Images) }

// Validate checks that the parts fit together; the error wraps [ErrBadData].
func (d *Dataset) Validate() error {
	n := len(d.Images)
	if n == 0 {
		return fmt.Errorf("%w: it holds no pictures", ErrBadData)
	}
	if len(d.Names) != n || len(d.Labels) != n || len(d.Groups) != n {
		return fmt.Errorf("%w: %d pictures, %d names, %d labels, %d groups", ErrBadData,
			n, len(d.Names), len(d.Labels), len(d.Groups))
	}
	for i, label := range d.Labels {
		if label != 0 && label != 1 {
			return fmt.Errorf("%w: %s has label %d, not 0 or 1", ErrBadData, d.Names[i], label)
		}
	}
	return nil
}

// Counts returns the number of pictures without and with the finding.
func (d *Dataset) Counts() (negatives, positives int) {
	for _, label := range d.Labels {
		if label == 1 {
			positives++
		} else {
			negatives++
		}
	}
	return negatives, positives
}

// DuplicateGroups names each picture's cluster of identical pictures by the
// hash of its size and pixels.
func DuplicateGroups(images []model.Gray) []string {
	groups := make([]string, len(images))
	for i, g := range images {
		h := sha256.New()
		h.Write(fmt.Appendf(nil, "%d %d ", g.Rows, g.Columns))
		buffer := make([]byte, 0, 4*len(g.Pix))
		for _, v := range g.Pix {
			buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
		}
		h.Write(buffer)
		groups[i] = hex.EncodeToString(h.Sum(nil)[:16])
	}
	return groups
}
