//go:build smoke

package smoke

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A count that CONFORMANCE.md gives is the number of keys, clicks and drags that a task
// takes in the real window; what the hand does not do, such as waiting, is not counted.

// Places on a screen of 1600 × 1000 at 100 % of text, in pixels.
var (
	firstFolder  = image.Pt(435, 225)   // after the parent, in the dialogs that ask for one
	nextFolder   = image.Pt(83, 0)      // from one to the next
	languageRow  = image.Pt(0, -199)    // from the middle of Apply to the entry that opens the list
	languageItem = image.Pt(-150, -171) // to its first line
	menuLine     = image.Pt(0, 32)      // from line to line, in menus and lists
	underButton  = image.Pt(20, 28)     // from the middle of a button to the first line of its menu
)

// mainButton is the colour of the button that does what a dialog is for. Behind a dialog
// the window is dimmed: nothing else has it then.
var mainButton = color.RGBA{0x4D, 0xA3, 0xFF, 0xFF}

// inputs are the keys, clicks and drags since they were asked for last.
func (s *sitting) inputs() int {
	n := s.presses + s.clicks
	s.presses, s.clicks = 0, 0
	return n
}

func (s *sitting) clickAt(p image.Point) {
	s.t.Helper()
	s.xdotool("mousemove", fmt.Sprint(p.X), fmt.Sprint(p.Y), "sleep", "0.1", "click", "1")
	s.clicks++
	time.Sleep(500 * time.Millisecond)
}

// button clicks the toolbar's button of an action and says where it is.
func (s *sitting) button(id string) image.Point {
	s.t.Helper()
	s.look()
	r, ok := s.last.Buttons[id]
	if !ok || r[2] == 0 {
		s.t.Fatalf("the toolbar has no button %q in sight, but %v", id, s.last.Buttons)
	}
	p := image.Pt(r[0]+r[2]/2, r[1]+r[3]/2)
	s.clickAt(p)
	return p
}

// dialogButton is the middle of the button that does what the open dialog is for, once
// the dialog has its size.
func (s *sitting) dialogButton() image.Point {
	s.t.Helper()
	var before image.Rectangle
	for range 20 {
		screen := s.display.screenshot()
		var found image.Rectangle // of the rows in which the colour is seen far enough
		for y := screen.Bounds().Min.Y; y < screen.Bounds().Max.Y; y++ {
			n, first, last := 0, 0, 0
			for x := screen.Bounds().Min.X; x < screen.Bounds().Max.X; x++ {
				if color.RGBAModel.Convert(screen.At(x, y)) != mainButton {
					continue
				}
				if n++; n == 1 {
					first = x
				}
				last = x
			}
			if n > 30 && y > found.Max.Y+100 {
				found = image.Rect(first, y, last+1, y+1) // a line of another kind was above
			} else if n > 30 {
				found = found.Union(image.Rect(first, y, last+1, y+1))
			}
		}
		if found.Dy() > 15 && found == before {
			return image.Pt((found.Min.X+found.Max.X)/2, (found.Min.Y+found.Max.Y)/2)
		}
		before = found
		time.Sleep(300 * time.Millisecond)
	}
	s.keep("no-dialog")
	s.t.Fatal("no dialog came")
	return image.Point{}
}

// shownCounts are the numbers that the table of clicks gives for each task: of the
// shortest way, and by mouse alone.
func shownCounts(t *testing.T) map[string][2]int {
	t.Helper()
	page, err := os.ReadFile("../../CONFORMANCE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "### Clicks")
	if !ok {
		t.Fatal("CONFORMANCE.md has no section Clicks")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	counts := map[string][2]int{}
	number := regexp.MustCompile(`^\d+`)
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) < 3 {
			continue
		}
		keys, errKeys := strconv.Atoi(number.FindString(strings.TrimSpace(cells[1])))
		mouse, errMouse := strconv.Atoi(number.FindString(strings.TrimSpace(cells[2])))
		if errKeys == nil && errMouse == nil {
			counts[strings.TrimSpace(cells[0])] = [2]int{keys, mouse}
		}
	}
	return counts
}

// Five tasks take as many keys, clicks and drags as CONFORMANCE.md says: the shortest
// way, and the shortest by mouse alone.
func TestSmokeClicks(t *testing.T) {
	binary, film := environment(t, "LIGHTBOX_BINARY"), environment(t, "LIGHTBOX_DEMO_SCAN")
	current, prior := patient(t)
	folder := filepath.Dir(current)
	for from, to := range map[string]string{current: "ct/current", prior: "ct/prior", film: "film/film.dcm"} {
		to = filepath.Join(folder, to)
		err := os.MkdirAll(filepath.Dir(to), 0o755)
		if err == nil && from == film {
			err = os.Symlink(from, to)
		} else if err == nil {
			err = os.Rename(from, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	first := filepath.Join(folder, "first.dcm")
	if err := os.Link(filepath.Join(folder, "ct/prior/000.dcm"), first); err != nil {
		t.Fatal(err)
	}
	s := sit(t, "clicks", `{"language": "en", "notice_accepted": 1}`, first)
	s.start(binary)
	defer func() { _ = s.cmd.Process.Kill() }()

	shown, taken := shownCounts(t), map[string][2]int{}
	task := func(name string, keys, mouse func()) {
		s.inputs()
		keys()
		n := s.inputs()
		mouse()
		taken[name] = [2]int{n, s.inputs()}
		if got, want := taken[name], shown[name]; got != want {
			t.Errorf("%s: %d inputs, by mouse alone %d; CONFORMANCE.md says %d and %d", name, got[0], got[1], want[0], want[1])
		}
	}
	task("open a folder and show the probability", func() { s.key("ctrl+shift+o"); s.openFolder(1, "CR") }, func() { s.button("open-folder"); s.openFolder(0, "CT") })
	s.openFilm()
	task("measure a length", func() { s.key("d"); s.measure(1) }, func() { s.button("length"); s.measure(2) })
	exports := filepath.Dir(first)
	task("export a picture", func() { s.key("ctrl+shift+e"); s.exported(exports, 1) }, func() { s.button("export-views"); s.exported(exports, 4) })
	s.inputs()
	s.key("ctrl+shift+e") // the folder is known now
	s.until("a further picture", func(hand) bool { return pictures(exports) == 5 })
	if n := s.inputs(); n != 1 {
		t.Errorf("a further picture takes %d inputs", n)
	}
	s.openCT()
	task("compare with a prior", func() { s.key("F12"); s.compared() }, func() {
		at := s.button("layout-three")
		s.clickAt(at.Add(underButton).Add(menuLine.Mul(3)))
		s.compared()
	})
	task("switch to Chinese", func() { s.key("ctrl+comma"); s.language(2, "zh") }, func() { s.button("settings"); s.language(1, "en") })
	for name := range shown {
		if _, ok := taken[name]; !ok {
			t.Errorf("CONFORMANCE.md counts %q, this test does not", name)
		}
	}
}

// openFolder chooses the folder of a number in the dialog, and waits for its images.
func (s *sitting) openFolder(i int, series string) {
	s.t.Helper()
	s.dialogButton() // it is there
	s.clickAt(firstFolder.Add(nextFolder.Mul(i)))
	s.clickAt(s.dialogButton())
	s.until("the folder's images", func(h hand) bool {
		return len(h.Series) > 0 && strings.Contains(h.Series[0], series) && s.last.Eligible == (series == "CR")
	})
}

// openFilm and openCT go there; it is no part of a task.
func (s *sitting) openFilm() {
	s.key("ctrl+shift+o")
	s.openFolder(1, "CR")
}

func (s *sitting) openCT() {
	s.key("ctrl+shift+o")
	s.openFolder(0, "CT")
	s.choose("20240301")
}

func (s *sitting) measure(n int) {
	s.t.Helper()
	y := 0.4 + 0.1*float64(n)
	s.drag(0, 1, 0.3, y, 0.7, y)
	s.until("the length", func(h hand) bool { return len(h.Marks) == n && strings.Contains(h.Marks[n-1], " mm") })
	s.xdotool("key", "w")
}

// exported confirms the folder that the dialog begins with, where there is one, and
// waits for the pictures.
func (s *sitting) exported(folder string, n int) {
	s.t.Helper()
	s.clickAt(s.dialogButton())
	s.until("the pictures", func(hand) bool { return pictures(folder) == n })
}

// pictures counts those in a folder.
func pictures(folder string) int {
	files, _ := filepath.Glob(filepath.Join(folder, "*.png"))
	return len(files)
}

// compared waits for the prior beside the current study, and takes it back.
func (s *sitting) compared() {
	s.t.Helper()
	s.until("the prior beside it", func(h hand) bool {
		return h.Layout == "compare" && len(h.Series) == 2 && strings.Contains(h.Series[0], "20240301") && strings.Contains(h.Series[1], "20230301")
	})
	s.xdotool("key", "ctrl+z")
	s.until("the layout before", func(h hand) bool { return h.Layout == "three" })
}

// language chooses a line of the list of languages and applies it.
func (s *sitting) language(line int, code string) {
	s.t.Helper()
	at := s.dialogButton()
	s.clickAt(at.Add(languageRow))
	s.clickAt(at.Add(languageItem).Add(menuLine.Mul(line)))
	s.clickAt(s.dialogButton())
	s.until("the language", func(hand) bool {
		data, _ := os.ReadFile(filepath.Join(s.home, "lightbox", "settings.json"))
		return strings.Contains(string(data), `"language": "`+code+`"`)
	})
}
