package ui

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"

	"lightbox/app"
)

// inExportFolder uses the folder of exports: the one that was used last, or, where there
// is none yet or it is gone, the one that the user then chooses.
func (w *mainWindow) inExportFolder(title string, use func(folder string)) {
	folder := w.session.Settings().ExportFolder
	if info, err := os.Stat(folder); folder != "" && err == nil && info.IsDir() {
		use(folder)
		return
	}
	w.chooseExportFolder(title, use)
}

// chooseExportFolder asks for the folder of exports and remembers it.
func (w *mainWindow) chooseExportFolder(title string, use func(folder string)) {
	w.chooseFolder(title, lang.L("Export"), func(folder string) {
		w.session.Report(w.session.Settings().KeepExportFolder(folder))
		use(folder)
	})
	if d, ok := w.dialog.(*dialog.FileDialog); ok {
		if u := w.exportPlace(); u != nil {
			d.SetLocation(u)
		}
	}
}

// export writes the views as analyze --out does.
func (w *mainWindow) export() {
	w.chooseExportFolder(lang.L("Export views"), func(folder string) {
		w.session.Export(folder, func(files []string) {
			w.session.Tell(app.Say("{{.Count}} files were written to {{.Folder}}.", "Count", len(files), "Folder", w.shownPath(folder)))
		})
	})
}

// exportPicture writes the view of the active pane as it is seen, into the folder of
// exports.
func (w *mainWindow) exportPicture() {
	w.inExportFolder(lang.L("Export the picture"), w.writePicture)
}

// exportPictureTo does so into another folder.
func (w *mainWindow) exportPictureTo() {
	w.chooseExportFolder(lang.L("Export the picture"), w.writePicture)
}

// writePicture writes the view of the active pane into a folder and says where it is.
func (w *mainWindow) writePicture(folder string) {
	p := w.session.State().Pane
	if p.Scan == nil || p.Picture() == nil {
		return
	}
	m := w.pictureOf(p)
	name := app.ExportName(p.Scan) + "." + string(p.View) + ".seen"
	named := w.namesPatient(p)
	w.session.ExportPicture(folder, name, m, func(path string) {
		told := app.Say("The picture was written to {{.Path}}.", "Path", w.shownPath(path))
		if named {
			told = app.Say("The picture, with the patient's data below it, was written to {{.Path}}.", "Path", w.shownPath(path))
		}
		w.session.Tell(told)
	})
}

// namesPatient tells whether the strip below a picture tells who the patient is: what
// leaves the house with a name is to be known.
func (w *mainWindow) namesPatient(p *app.Pane) bool {
	h := &p.Scan.Header
	return w.annotations != annotationsOff && !w.session.State().Demo && h.PatientName+h.PatientID != ""
}

// noPicture says why there is no picture to be exported.
func (w *mainWindow) noPicture() app.Message {
	if st := w.session.State(); st.Picture() == nil {
		return app.Say("There is no picture")
	}
	return app.Message{}
}

// exportPlace is where dialogs for exports start; nil without a folder of exports.
func (w *mainWindow) exportPlace() fyne.ListableURI {
	folder := w.session.Settings().ExportFolder
	if folder == "" {
		return nil
	}
	u, err := storage.ListerForURI(storage.NewFileURI(filepath.Clean(folder)))
	if err != nil {
		return nil // it is gone
	}
	return u
}
