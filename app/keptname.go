package app

import (
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"lightbox/app/journal"
	"lightbox/vision/study"
)

// keptItem is what a file is called in the journal: the key of its study, and its own.
// Neither tells anything of the patient.
type keptItem struct {
	study journal.Study
	name  string
}

// namer names files as they are found. A file with a SOP Instance UID is known again
// wherever it lies; one without by its name and content, and by the folder that it lies
// in, which stands for the study.
type namer struct {
	studies map[string]journal.Study
	taken   map[keptItem]int
}

func newNamer() *namer {
	return &namer{studies: map[string]journal.Study{}, taken: map[keptItem]int{}}
}

func (n *namer) item(it *study.Item) keptItem {
	id := keptItem{n.study(it.StudyUID, filepath.Dir(it.Path())), itemName(it)}
	again := n.taken[id]
	if n.taken[id]++; again > 0 { // copies of one image are marked each for itself
		id.name = journal.Hash("copy", id.name, strconv.Itoa(again))
	}
	return id
}

// study is the key of a study, by its UID or else its folder.
func (n *namer) study(uid, folder string) journal.Study {
	if uid != "" {
		folder = ""
	}
	known := uid + "\x00" + folder
	key, ok := n.studies[known]
	if !ok {
		key = journal.KeyOf(uid, folder)
		n.studies[known] = key
	}
	return key
}

func itemName(it *study.Item) string {
	if uid := strings.Trim(it.SOPInstanceUID, " \x00"); uid != "" {
		return journal.Hash("image", uid)
	}
	return journal.Hash("file", filepath.Base(it.Path()), contentOf(it))
}

// sampled is how much of the beginning and of the middle of a file tells it from one
// that was put in its place: a picture that another patient's was saved over must not
// get the marks.
const sampled = 64 << 10

func contentOf(it *study.Item) string {
	r, err := it.Blob.Open()
	if err != nil {
		return "" // it cannot be shown either
	}
	defer r.Close()
	sample := func(from int64) string {
		b, _ := io.ReadAll(io.NewSectionReader(r, from, sampled)) // what can be read of it
		return string(b)
	}
	size := r.Size()
	return journal.Hash(strconv.FormatInt(size, 10), sample(0), sample(size/2))
}

// frameName names a frame within its study.
func (k keptItem) frameName(index int) string { return k.name + "." + strconv.Itoa(index) }

// splitFrame is the inverse of frameName; ok is false for what is none.
func splitFrame(name string) (item string, index int, ok bool) {
	item, number, ok := strings.Cut(name, ".")
	index, err := strconv.Atoi(number)
	return item, index, ok && err == nil && index >= 0
}

// stackName names a stack, by its series and what tells it from the others there. A
// series without a UID goes by its folder's study and what names it in that.
func stackName(of journal.Study, k *Stack) string {
	r := k.wholeSeries
	if r == nil {
		r = k.Series
	}
	if r.UID != "" {
		return journal.Hash("stack", r.UID, k.Key)
	}
	key := k.Key
	if len(k.Frames) > 0 { // the folder may be given in another way the next time
		key = strings.Replace(key, filepath.Dir(k.Frames[0].Item.Path()), "", 1)
	}
	return journal.Hash("stack", string(of), key)
}
