package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lightbox/app"
	"lightbox/ui/keys"
)

// catch waits for the next combination and binds it.
func (p *keyPage) catch(further bool) {
	if p.at < 0 {
		return
	}
	c := p.window.window.Canvas()
	done := false
	end := func(back bool) {
		done = true
		if p.say(""); back {
			c.Focus(p.search)
		}
	}
	catcher := newKeyCatcher(lang.L("Press a key; Esc gives up"), func() fyne.KeyModifier { return p.window.bound.modifiers() }, func(k keys.Combination) {
		if !done {
			end(true)
			p.bind(k, further)
		}
	}, func(back bool) {
		if !done {
			end(back)
		}
	})
	p.say(lang.L(p.action().name), catcher)
	c.Focus(catcher)
}

func (p *keyPage) taken(k keys.Combination) string {
	return lang.L("{{.Key}} cannot be bound: it belongs to {{.Owner}}.", map[string]any{"Key": k.String(), "Owner": say(app.Say(k.Taken()))})
}

// bind gives the selected action a combination, unless it is another's: then it asks.
func (p *keyPage) bind(k keys.Combination, further bool) {
	a := p.action()
	if k.Taken() != "" {
		p.say(p.taken(k))
		return
	}
	list := []keys.Combination{k}
	if further {
		list = append(slices.DeleteFunc(slices.Clone(a.keys), func(o keys.Combination) bool { return o == k }), k)
	}
	done := lang.L(a.name) + ": " + keys.Text(list)
	other := p.window.actionOf(p.window.bound.profile.Action(k))
	if other == nil || other == a {
		p.apply(p.own().Bind(a.id, list), done)
		return
	}
	offers := []fyne.CanvasObject{widget.NewButton(lang.L("Take it"), func() { p.apply(p.own().Bind(a.id, list), done) })}
	if !further && len(a.keys) > 0 {
		offers = append(offers, widget.NewButton(lang.L("Swap"), func() {
			p.apply(p.own().Swap(p.window.bound.profile, a.id, other.id, k), "")
		}))
	}
	p.say(lang.L("{{.Key}} is the key of {{.Action}}.", map[string]any{"Key": k.String(), "Action": lang.L(other.menu) + " › " + lang.L(other.name)}), offers...)
}
