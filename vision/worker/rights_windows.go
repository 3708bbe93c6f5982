package worker

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// giveUpRights takes from this process, for good, what a decoder does not need
// and a process can take from itself once its libraries are loaded: every
// privilege, the right to write to what is the user's (by a low integrity
// level, see "Mandatory Integrity Control" of the Windows API), and ways to get
// foreign code into the process. It tells whether privileges and level are
// given up.
//
// What Windows leaves it: to read the user's files, and the network. To close
// those a process has to be started in an AppContainer, which cannot read a
// program that lies in one user's folders without rights granted there.
func giveUpRights() bool {
	for _, p := range policies {
		flags := p.flags
		_, _, _ = setProcessMitigationPolicy.Call(p.policy, uintptr(unsafe.Pointer(&flags)), unsafe.Sizeof(flags)) // older systems know fewer
	}
	var token windows.Token
	err := windows.OpenProcessToken(windows.CurrentProcess(), windows.TOKEN_QUERY|windows.TOKEN_ADJUST_PRIVILEGES|windows.TOKEN_ADJUST_DEFAULT, &token)
	if err != nil {
		fmt.Fprintln(os.Stderr, "token:", err)
		return false
	}
	defer token.Close()
	if err := removePrivileges(token); err != nil {
		fmt.Fprintln(os.Stderr, "privileges:", err)
		return false
	}
	if err := lowerIntegrity(token); err != nil {
		fmt.Fprintln(os.Stderr, "integrity level:", err)
		return false
	}
	return integrityLevel(token) <= lowIntegrity
}

var setProcessMitigationPolicy = windows.NewLazySystemDLL("kernel32.dll").NewProc("SetProcessMitigationPolicy")

// policies are pairs of PROCESS_MITIGATION_POLICY and the flags of its
// structure, see SetProcessMitigationPolicy.
var policies = []struct {
	policy uintptr
	flags  uint32
}{
	{2, 1},      // ProcessDynamicCodePolicy: no code that is not from a file
	{6, 1},      // ProcessExtensionPointDisablePolicy: no hooks, no input methods
	{10, 1 | 2}, // ProcessImageLoadPolicy: no libraries from the network or of low integrity
}

// lowIntegrity is the last part of the SID of the low level, S-1-16-4096
// (SECURITY_MANDATORY_LOW_RID).
const lowIntegrity = 0x1000

func removePrivileges(token windows.Token) error {
	buffer, err := information(token, windows.TokenPrivileges)
	if err != nil {
		return err
	}
	all := (*windows.Tokenprivileges)(unsafe.Pointer(&buffer[0]))
	for i := range unsafe.Slice(&all.Privileges[0], all.PrivilegeCount) {
		unsafe.Slice(&all.Privileges[0], all.PrivilegeCount)[i].Attributes = windows.SE_PRIVILEGE_REMOVED
	}
	return windows.AdjustTokenPrivileges(token, false, all, uint32(len(buffer)), nil, nil)
}

func lowerIntegrity(token windows.Token) error {
	sid, err := windows.CreateWellKnownSid(windows.WinLowLabelSid)
	if err != nil {
		return err
	}
	label := windows.Tokenmandatorylabel{Label: windows.SIDAndAttributes{Sid: sid, Attributes: windows.SE_GROUP_INTEGRITY}}
	return windows.SetTokenInformation(token, windows.TokenIntegrityLevel, (*byte)(unsafe.Pointer(&label)), label.Size())
}

// integrityLevel is the last part of the SID of the level that a token has;
// the largest number if it cannot be read.
func integrityLevel(token windows.Token) uint32 {
	buffer, err := information(token, windows.TokenIntegrityLevel)
	if err != nil {
		return ^uint32(0)
	}
	sid := (*windows.Tokenmandatorylabel)(unsafe.Pointer(&buffer[0])).Label.Sid
	return sid.SubAuthority(uint32(sid.SubAuthorityCount()) - 1)
}

// information is what GetTokenInformation tells of a class, in a buffer that is
// aligned for its structures.
func information(token windows.Token, class uint32) ([]byte, error) {
	var size uint32
	err := windows.GetTokenInformation(token, class, nil, 0, &size)
	if size == 0 {
		return nil, err
	}
	words := make([]uint64, (size+7)/8)
	buffer := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), size)
	if err := windows.GetTokenInformation(token, class, &buffer[0], size, &size); err != nil {
		return nil, err
	}
	return buffer, nil
}
