package ui

import (
	"bytes"
	"image"
	_ "image/jpeg" // pictures of documents
	_ "image/png"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// document shows a text in Markdown that scrolls, with pictures as wide as it is.
type document struct {
	object *fyne.Container
	scroll *container.Scroll
	body   *fyne.Container
	height float32 // of the body at the width that it has

	picture func(name string) []byte // nil for texts without pictures
	follow  func(target string) bool // takes a link of its own; nil for texts without
}

func newDocument(picture func(string) []byte, follow func(string) bool) *document {
	d := &document{picture: picture, follow: follow}
	d.body = container.New((*documentBody)(d))
	d.scroll = container.NewVScroll(d.body)
	d.object = container.New((*documentFrame)(d), d.scroll)
	return d
}

// pictureLine is a line of Markdown that is a picture and nothing else.
var pictureLine = regexp.MustCompile(`(?m)^!\[([^\]]*)\]\(([^)\s]+)\)\s*$`)

// show replaces what is shown.
func (d *document) show(text string) {
	d.body.Objects = nil
	last := 0
	for _, at := range pictureLine.FindAllStringSubmatchIndex(text, -1) {
		d.addText(text[last:at[0]])
		d.addPicture(text[at[2]:at[3]], text[at[4]:at[5]])
		last = at[1]
	}
	d.addText(text[last:])
	d.fit(d.object.Size())
	d.scroll.ScrollToTop()
}

// addText adds text and the tables in it.
func (d *document) addText(text string) {
	for _, part := range tableParts(text) {
		switch {
		case strings.TrimSpace(part) == "":
		case strings.HasPrefix(part, "|"):
			d.body.Objects = append(d.body.Objects, newDocumentTable(part, d.rich))
		default:
			d.body.Objects = append(d.body.Objects, d.rich(part))
		}
	}
}

// rich is a piece of Markdown that wraps.
func (d *document) rich(text string) *widget.RichText {
	r := widget.NewRichTextFromMarkdown(text)
	r.Wrapping = fyne.TextWrapWord
	d.link(r.Segments)
	return r
}

// link has links between the pages of the document followed here. Others do
// nothing: no browser is opened from a program that works offline.
func (d *document) link(segments []widget.RichTextSegment) {
	for _, s := range segments {
		switch x := s.(type) {
		case *widget.HyperlinkSegment:
			target := ""
			if x.URL != nil {
				target = x.URL.String()
			}
			x.OnTapped = func() {
				if d.follow != nil {
					d.follow(target)
				}
			}
		case *widget.TextSegment:
			x.Text = closeChinese(x.Text)
		case widget.RichTextBlock:
			d.link(x.Segments())
		}
	}
}

// besideChinese are the spaces between Chinese and other letters.
var besideChinese = regexp.MustCompile(`([\p{Han}，。；：、（）“”]) +| +([\p{Han}，。；：、（）“”])`)

// closeChinese drops them: Fyne breaks lines at spaces first, and would leave the rest
// of a line empty before a sentence that has none.
func closeChinese(text string) string { return besideChinese.ReplaceAllString(text, "$1$2") }

// addPicture adds a picture, or its description where it cannot be read.
func (d *document) addPicture(description, name string) {
	var data []byte
	if d.picture != nil {
		data = d.picture(name)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		d.addText("*" + description + "*")
		return
	}
	p := canvas.NewImageFromResource(fyne.NewStaticResource(name, data))
	p.FillMode = canvas.ImageFillContain
	p.ScaleMode = canvas.ImageScaleSmooth
	d.body.Objects = append(d.body.Objects, container.New(&pictureLayout{float32(config.Width), float32(config.Height)}, p))
	words := newProse(colourQuiet)
	words.Text = description
	d.body.Objects = append(d.body.Objects, container.New(&wrapped{words}, words.lines))
}

// fit lays the document out for a size.
func (d *document) fit(size fyne.Size) {
	if size.Width <= 0 {
		return
	}
	d.scroll.Resize(size)
	d.arrange(size.Width - scrollRoom)
	d.scroll.Refresh()
}

// arrange stacks the parts: what wraps knows its height when it has its width.
func (d *document) arrange(width float32) {
	y := float32(0)
	for _, o := range d.body.Objects {
		o.Resize(fyne.NewSize(width, o.Size().Height))
		height := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(width, height))
		y += height
	}
	d.height = y
}

// documentFrame gives the document all the room there is.
type documentFrame document

func (*documentFrame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

func (f *documentFrame) Layout(_ []fyne.CanvasObject, size fyne.Size) { (*document)(f).fit(size) }

// documentBody is as high as its parts are.
type documentBody document

func (b *documentBody) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, b.height) }

func (b *documentBody) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	(*document)(b).arrange(size.Width - scrollRoom)
}

// pictureLayout shows a picture of so many pixels as wide as there is room, but no
// larger than one pixel to a unit.
type pictureLayout struct{ width, height float32 }

// MinSize is part of fyne.Layout.
func (l *pictureLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].Size().Height+2*theme.Padding())
}

// Layout is part of fyne.Layout.
func (l *pictureLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, l.width)
	objects[0].Move(fyne.NewPos(0, theme.Padding()))
	objects[0].Resize(fyne.NewSize(width, width*l.height/l.width))
}

// wrapped is prose that is as high as it needs to be.
type wrapped struct{ words *prose }

// MinSize is part of fyne.Layout.
func (w *wrapped) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height+2*theme.Padding())
}

// Layout is part of fyne.Layout.
func (w *wrapped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w.words.wrap(size.Width)
	objects[0].Resize(fyne.NewSize(size.Width, objects[0].MinSize().Height))
}
