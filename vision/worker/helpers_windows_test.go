package worker

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/windows"
)

func killSelf(string) { os.Exit(2) }

func crash() { os.Exit(2) }

// attemptHere are attempts that exist on Windows.
func attemptHere(name string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	switch name {
	case "create beside":
		return os.WriteFile(self+".written", []byte("x"), 0o600)
	case "start itself":
		return exec.Command(self, "-test.run", "^$").Run()
	case "registry":
		var key windows.Handle
		path, err := windows.UTF16PtrFromString(`Software`)
		if err != nil {
			return err
		}
		return windows.RegOpenKeyEx(windows.HKEY_CURRENT_USER, path, 0, windows.KEY_WRITE, &key)
	case "open parent":
		_, err = windows.OpenProcess(windows.PROCESS_VM_WRITE|windows.PROCESS_CREATE_THREAD, false, uint32(os.Getppid()))
		return err
	case "code":
		_, err = windows.VirtualAlloc(0, 4096, windows.MEM_RESERVE|windows.MEM_COMMIT, windows.PAGE_EXECUTE_READWRITE)
		return err
	}
	return fmt.Errorf("unknown test %q", name)
}

func children(t testing.TB) []string {
	t.Helper()
	t.Skip("counting child processes needs /proc")
	return nil
}

// underWine tells whether this is Wine, which has job objects, levels of
// integrity and mitigation policies in name only.
func underWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}
