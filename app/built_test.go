package app

import (
	"reflect"
	"testing"
)

// What a program asks the system for is dynamic, what it does not is inside.
func TestLibrariesLinked(t *testing.T) {
	linked := func(files ...string) map[string]string {
		m := map[string]string{}
		for _, l := range libraries(files) {
			m[l.Name] = l.Linked
		}
		return m
	}
	all := func(how string) map[string]string {
		return map[string]string{"OpenCV": how, "OpenJPEG": how, "CharLS": how}
	}
	for name, c := range map[string]struct {
		files []string
		want  map[string]string
	}{
		"Debian":     {[]string{"libopencv_core.so.406", "libopenjp2.so.7", "libcharls.so.2", "libc.so.6"}, all(LinkedDynamic)},
		"macOS":      {[]string{"/opt/homebrew/opt/opencv/lib/libopencv_core.412.dylib", "libopenjp2.7.dylib", "libcharls.2.dylib"}, all(LinkedDynamic)},
		"portable":   {[]string{"libc.so.6", "libm.so.6"}, all(LinkedStatic)},
		"Windows":    {[]string{"KERNEL32.dll"}, all(LinkedStatic)},
		"unreadable": {nil, all(LinkedUnknown)},
	} {
		if got := linked(c.files...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
