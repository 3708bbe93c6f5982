// Package ui is what the workstation shows: the window, its panes, menus and
// dialogs. It draws the state of an app.Session and sends it intentions; it
// keeps no second copy of what is open.
//
// Run is the way in. The drawing of a pane is in ui/viewport; every action
// with its key, menu entry and tooltip is one row of the table in actions.go.
package ui
