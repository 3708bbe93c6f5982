package dicom

// Masked is the header without what tells who the patient is (of the attributes that
// PS3.15 table E.1-1 names, those that Header holds): names, numbers, dates, places and
// all free text. name stands in the place of the patient's ID. Sex and age stay, for
// models go by them; ages above 89 years do not, for they are rare.
func (h Header) Masked(name string) Header {
	h.PatientName, h.PatientID, h.BirthDate = "", name, ""
	h.Institution, h.StudyDescription, h.Accession = "", "", ""
	h.StudyDate, h.StudyTime, h.SeriesDate, h.SeriesTime, h.ContentTime = "", "", "", "", ""
	h.SeriesDescription, h.Protocol, h.AcquisitionNumber, h.Manufacturer = "", "", "", ""
	if h.Age > "089Y" && len(h.Age) == 4 && h.Age[3] == 'Y' {
		h.Age = "090Y"
	}
	h.CharsetDoubt, h.raw = false, nil
	windows := make([]Window, len(h.Windows))
	for i, w := range h.Windows {
		windows[i] = Window{Centre: w.Centre, Width: w.Width}
	}
	h.Windows = windows
	return h
}
