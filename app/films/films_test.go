package films

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"lightbox/model/plane"
	"lightbox/vision/dicom/dicomtest"
	"lightbox/vision/fault"
)

// write puts a picture whose left half is of one grey and whose right half of
// another into a folder.
func write(t *testing.T, path string, left, right uint8) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 40, 20))
	for i := range m.Pix {
		m.SetGray(i%40, i/40, color.Gray{Y: left})
		if i%40 >= 20 {
			m.SetGray(i%40, i/40, color.Gray{Y: right})
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func table(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// stretch reduces to 8 × 8 pixels.
func stretch(p plane.Plane) (plane.Bytes, error) { return p.Stretch(8, 8).Bytes(), nil }

func TestListAndLoad(t *testing.T) {
	folder := t.TempDir()
	a, b := filepath.Join(folder, "甲"), filepath.Join(folder, "sets", "b")
	table(t, filepath.Join(a, "labels.csv"), "\ufefffile,patient_id,label,lung_mask,age,view\n"+
		"p/1.png,7,Normal,masks/1.png,12,pa\n\"p/2.png\",8,Pneumonia,,,\n,,,\n")
	table(t, filepath.Join(b, "index.csv"), "name_id,subtype,file,mendeley_split,label,orig_w,orig_h\nIM-1,virus,gone.png,test,PNEUMONIA,1200,900\n,normal,c.dcm,train,NORMAL,-3,x\n")
	write(t, filepath.Join(a, "p", "1.png"), 10, 210)
	write(t, filepath.Join(a, "masks", "1.png"), 30, 240)
	write(t, filepath.Join(a, "p", "2.png"), 0, 255)
	chest := dicomtest.Chest(60, 50, 12)
	if err := os.WriteFile(filepath.Join(b, "c.dcm"), chest.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	list, err := List(context.Background(), folder)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	byName := map[string]int{}
	for i, e := range list {
		byName[e.Name] = i
	}
	one := list[byName["p/1.png"]]
	if one.Class != "normal" || one.Group != "7" || one.View != "PA" || one.Age != 12 || one.Mask != filepath.Join(a, "masks", "1.png") || one.Set != "甲" {
		t.Errorf("%+v", one)
	}
	if gone := list[byName["gone.png"]]; gone.Group != "virusIM-1" || gone.Split != "test" || gone.Class != "pneumonia" || gone.Width != 1200 || gone.Height != 900 {
		t.Errorf("%+v", gone)
	}
	if c := list[byName["c.dcm"]]; c.Group != "b/c.dcm" || c.Width != 0 || c.Height != 0 {
		t.Errorf("%+v", c)
	}
	calls := 0
	pictures, masks, failures, err := Load(context.Background(), list, stretch, func(int) { calls++ })
	if err != nil || calls != 4 {
		t.Fatalf("%d calls, %v", calls, err)
	}
	for name, i := range byName {
		if gone := name == "gone.png"; gone != (failures[i] != nil) || gone != (pictures[i] == nil) {
			t.Errorf("%s: %v", name, failures[i])
		}
	}
	i := byName["p/1.png"]
	if p := pictures[i]; len(p) != 64 || p[0] != 10 || p[7] != 210 || p[63] != 210 {
		t.Errorf("reduced to %v", p)
	}
	if m := masks[i]; len(m) != 64 || m[0] != 0 || m[7] != 255 {
		t.Errorf("the mask is %v", m)
	}
	if v := pictures[i].Square(8).Pix[7]; v != float32(210)/255 {
		t.Errorf("210 becomes %v", v)
	}
}

// Without a table, the names of the folders are the classes.
func TestFiled(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "甲")
	for _, name := range []string{"NORMAL/1.png", "deeper/Pneumonia/2.png", "3.png", ".hidden/4.png", "NORMAL/.5.png"} {
		write(t, filepath.Join(folder, filepath.FromSlash(name)), 10, 20)
	}
	list, err := List(context.Background(), folder)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	one, two := list[0], list[1]
	if one.Class != "normal" || two.Class != "pneumonia" || !one.Filed || one.Set != "甲" || one.Group != "甲/NORMAL/1.png" || two.Name != "deeper/Pneumonia/2.png" {
		t.Errorf("%+v", list)
	}
}

func TestBadTables(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kind fault.Kind
	}{
		"nothing":        {"", fault.Corrupt},
		"no file column": {"label\nnormal\n", fault.Corrupt},
		"no class":       {"file\na.png\n", fault.Corrupt},
		"outside":        {"file,label\n../a.png,normal\n", fault.Corrupt},
		"absolute":       {"file,label\n/etc/passwd,normal\n", fault.Corrupt},
		"mask outside":   {"file,label,mask\na.png,normal,../../b.png\n", fault.Corrupt},
		"quotes":         {"file,label\n\"a.png,normal\n", fault.Corrupt},
		"no rows":        {"file,label\n", fault.NoScans},
	} {
		folder := t.TempDir()
		table(t, filepath.Join(folder, "labels.csv"), c.text)
		if _, err := List(context.Background(), folder); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := List(context.Background(), t.TempDir()); fault.KindOf(err) != fault.NoScans {
		t.Errorf("an empty folder: %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := List(stopped, t.TempDir()); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
	if _, _, _, err := Load(stopped, make([]Entry, 3), stretch, func(int) {}); fault.KindOf(err) != fault.Interrupted {
		t.Errorf("cancelled: %v", err)
	}
}
