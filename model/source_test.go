package model

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"lightbox/model/arch"
)

// The layouts are checked value by value against their description.
func TestSourceLayouts(t *testing.T) {
	n := NewNetwork()
	n.InitGlorot(rand.New(rand.NewPCG(1, 2)))
	w := n.Weights()
	if w.Learned() != ParameterCount {
		t.Fatalf("%d learned parameters", w.Learned())
	}
	fresh, err := arch.NewWeights(SourceNet(), rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range fresh {
		if w[i].Name != p.Name || !reflect.DeepEqual(w[i].Shape, p.Shape) || len(w[i].Data) != len(p.Data) {
			t.Errorf("%s %v with %d values, package arch has %s %v with %d", w[i].Name, w[i].Shape, len(w[i].Data), p.Name, p.Shape, len(p.Data))
		}
	}
	conv := w.Get("conv2.weight")
	for o := range conv2Channels {
		for i := range conv1Channels {
			for r := range 3 {
				for c := range 3 {
					if conv[((r*3+c)*conv1Channels+i)*conv2Channels+o] != n.Conv2.Weight[((o*conv1Channels+i)*3+r)*3+c] {
						t.Fatalf("conv2 (%d, %d, %d, %d) is elsewhere", o, i, r, c)
					}
				}
			}
		}
	}
	dense := w.Get("dense1.weight")
	for channel := range conv2Channels {
		for r := range 5 {
			for c := range 5 {
				for o := range denseSize {
					if dense[((r*5+c)*conv2Channels+channel)*denseSize+o] != n.Dense1.Weight[((channel*5+r)*5+c)*denseSize+o] {
						t.Fatalf("dense1 (%d, %d, %d) to %d is elsewhere", channel, r, c, o)
					}
				}
			}
		}
	}
}

func TestSourceThereAndBack(t *testing.T) {
	n := sourceOf(randomModel(t, 3, nil))
	w := n.Weights()
	back, err := NetworkOf(w)
	if err != nil || !reflect.DeepEqual(n, back) {
		t.Errorf("the way back changes the network (%v)", err)
	}
	if !reflect.DeepEqual(w, back.Weights()) {
		t.Error("the way there and back changes the weights")
	}
	w[0].Data[0]++
	if n.Weights()[0].Data[0] == w[0].Data[0] {
		t.Error("the weights are shared with the network")
	}
}

func TestSourceRefusesOtherWeights(t *testing.T) {
	w := sourceOf(randomModel(t, 3, nil)).Weights()
	short, renamed := w.Clone(), w.Clone()
	short[2].Data = short[2].Data[1:]
	renamed[0].Name = "stem.weight"
	for name, bad := range map[string]arch.Weights{"one less": w[1:], "short": short, "renamed": renamed, "none": nil} {
		if _, err := NetworkOf(bad); !errors.Is(err, ErrBadWeights) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NetworkOf(w); err != nil {
		t.Error(err)
	}
}
