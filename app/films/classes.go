package films

import (
	"lightbox/model/train/radiograph"
	"lightbox/model/train/ultrasound"
	"lightbox/vision/fault"
)

// maskFolders are names of folders that hold masks beside films, and no class.
var maskFolders = map[string]bool{"mask": true, "masks": true, "lung_mask": true, "lung_masks": true}

// Known tells which names of classes, in lower case, are known for chest films, or
// for ultrasound of the breast: those that are told apart, and others that sets of
// such pictures have.
func Known(breast bool) func(class string) bool {
	if !breast {
		return radiograph.Known
	}
	return func(class string) bool { return ultrasound.ClassOf(class) != ultrasound.Unknown || class == "other" }
}

// Unclassed says why an entry has no class: fault.Unlabelled, or fault.UnknownClass
// for one that is not known, such as a slip of the pen; nil for all others.
func Unclassed(e Entry, known func(class string) bool) error {
	switch {
	case e.Class == "":
		return &fault.Error{Kind: fault.Unlabelled, Path: e.Path}
	case known(e.Class) || e.Filed && maskFolders[e.Class]:
		return nil
	}
	return fault.New(fault.UnknownClass, e.Path, "%s", e.Class)
}
