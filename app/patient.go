package app

import (
	"slices"
	"strings"
	"unicode"
)

// samePatient tells whether two exams are of one patient; known is false where the
// files do not say enough. What they say must not be contradictory: an ID that two
// hospitals gave to different people, or a name that is common, is not enough against
// another birth date or sex.
func samePatient(a, b Exam) (same, known bool) {
	ids := identity(a.PatientID) != "" && identity(b.PatientID) != ""
	names := nameGroups(a.PatientName) != nil && nameGroups(b.PatientName) != nil
	births := a.BirthDate != "" && b.BirthDate != ""
	switch {
	case births && a.BirthDate != b.BirthDate, otherSex(a.Sex, b.Sex):
		return false, true
	case sameID(a, b) && births: // names change, as with a marriage
		return true, true
	case names && !sameName(a.PatientName, b.PatientName):
		return false, true
	case sameID(a, b):
		return true, true
	case names && births:
		return true, true
	case ids:
		return false, true
	}
	return false, false
}

func sameID(a, b Exam) bool {
	return identity(a.PatientID) != "" && identity(a.PatientID) == identity(b.PatientID)
}

func otherSex(a, b string) bool { return a == "M" && b == "F" || a == "F" && b == "M" }

// identity is a patient ID that tells patients apart: not what takes its place where
// files were made anonymous, or where nobody knew.
func identity(id string) string {
	id = strings.ToUpper(strings.TrimSpace(id))
	if strings.Trim(id, "0-.xX ") == "" || standsForNone(id) {
		return ""
	}
	return id
}

// standsForNone tells words that take the place of an ID or a name.
func standsForNone(s string) bool {
	return slices.ContainsFunc([]string{"ANON", "UNKNOWN", "NONAME", "NO NAME", "DEIDENT", "REMOVED", "匿名", "未知"}, func(w string) bool { return strings.Contains(s, w) })
}

// nameGroups are the groups of a person's name (PS3.5 6.2.1: letters, ideographs,
// sounds), each in capitals and single spaces; nil without a name.
func nameGroups(name string) []string {
	var groups []string
	for _, g := range strings.Split(name, "=") {
		g = strings.Join(strings.FieldsFunc(strings.ToUpper(g), func(r rune) bool {
			return unicode.IsSpace(r) || r == '^' || r == ',' || r == '.'
		}), " ")
		if g != "" && !standsForNone(g) {
			groups = append(groups, g)
		}
	}
	return groups
}

// sameName tells whether two names agree in one of their groups.
func sameName(a, b string) bool {
	other := nameGroups(b)
	return slices.ContainsFunc(nameGroups(a), func(g string) bool { return slices.Contains(other, g) })
}
