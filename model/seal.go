package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
)

// Entries of the metadata by which a weights file proves that it is as it was
// written. The first is [Model.SHA256]; the second covers all other metadata,
// the first included, and the pictures for comparison, so that neither operating
// point, finding, population nor the limits of what may be read can be another
// than those that were chosen for these weights. They guard against damage and
// editing, not against someone who computes them anew.
const (
	weightsSumKey  = "weights_sha256"
	metadataSumKey = "metadata_sha256"
)

// sealed is metadata with the two sums.
func (m *Model) sealed() (map[string]string, error) {
	text, err := m.Meta.strings()
	if err != nil {
		return nil, err
	}
	text[weightsSumKey] = m.hash
	text[metadataSumKey], err = metadataSum(text, m.tensors)
	return text, err
}

// checkSeal refuses a file whose weights or metadata are not those that its sums
// were computed of; the error wraps [ErrBadWeights] and [ErrWrongHash].
func checkSeal(text map[string]string, tensors []Tensor, hash string) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: %w: %w", ErrBadWeights, ErrWrongHash, fmt.Errorf(format, args...))
	}
	if text[weightsSumKey] == "" || text[metadataSumKey] == "" {
		return refuse("the file does not say which it should have, as those of an older version do not")
	}
	if said := text[weightsSumKey]; said != hash {
		return refuse("the weights have %.12s…, the file says %.12q…", hash, said)
	}
	sum, err := metadataSum(text, tensors)
	if err != nil {
		return err
	}
	if said := text[metadataSumKey]; said != sum {
		return refuse("what the file says about itself (operating point, finding, population and so on) has %.12s…, the file says %.12q…", sum, said)
	}
	return nil
}

func metadataSum(text map[string]string, tensors []Tensor) (string, error) {
	rest := maps.Clone(text)
	delete(rest, metadataSumKey)
	h := sha256.New()
	head, err := json.Marshal(rest) // in the order of the keys
	if err != nil {
		return "", fmt.Errorf("model: cannot hash the metadata: %w", err)
	}
	h.Write(head)
	for _, t := range tensors {
		if forComparison(t.Name) {
			hashTensor(h, t)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
