//go:build ci

package ui

import (
	"image"

	"fyne.io/fyne/v2"
)

// systemScreens knows none: with this tag Fyne draws into memory.
type systemScreens struct{}

func (systemScreens) monitors() []monitor { return nil }

func (systemScreens) place(fyne.Window) windowPlace { return windowPlace{} }

func (systemScreens) move(fyne.Window, image.Rectangle) {}
