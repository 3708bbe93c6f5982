package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"strings"

	"lightbox/app/userfolder"
)

// Study is the key of a study: 32 hexadecimal digits that say nothing about the
// patient. KeyOf makes it.
type Study string

// KeyOf makes the key of a study of its Study Instance UID (0020,000D), so that it
// is found again wherever it is copied to, or, for what has none, of the path of its
// file, folder or archive.
func KeyOf(studyUID, path string) Study {
	// UIDs of odd length are padded with a zero byte (PS3.5 9.1), by some writers with a blank.
	if uid := strings.Trim(studyUID, " \x00"); uid != "" {
		return Study(Hash("study", uid))
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return Study(Hash("path", filepath.Clean(path)))
}

// Hash makes a pseudonym of what could identify: 32 hexadecimal digits, the
// first half of a SHA-256. Different lists of parts have different pseudonyms.
// It is for UIDs and paths. Who can guess the parts can tell that the guess is
// right, so a name or a short patient ID must not be kept even so.
func Hash(parts ...string) string {
	h := sha256.New()
	var length [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(length[:], uint64(len(p)))
		_, _ = h.Write(length[:]) // never fails
		_, _ = h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Folder is where the journals of this user are kept.
func Folder() (string, error) {
	dir, err := userfolder.Data()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, folderName), nil
}

// FormerFolder is where versions up to 0.1 kept them, beside the settings.
func FormerFolder() (string, error) {
	dir, err := userfolder.Settings()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, folderName), nil
}

const folderName = "journal"

// suffix ends the names of journals; damaged is added to it where one is kept for support.
const (
	suffix  = ".journal"
	damaged = ".damaged"
)

// file is the name of a study's journal. What is no key, and could be a name or
// lead out of the folder, becomes one first.
func (s Study) file() string {
	if b, err := hex.DecodeString(string(s)); err != nil || len(b) != 16 {
		s = Study(Hash("study", string(s)))
	}
	return strings.ToLower(string(s)) + suffix
}
