package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// role has the test program be the child of a test.
const role = "LIGHTBOX_JOURNAL_TEST"

func TestMain(m *testing.M) {
	if r := os.Getenv(role); r != "" {
		child(r, os.Args[len(os.Args)-2], os.Args[len(os.Args)-1])
		return
	}
	os.Exit(m.Run())
}

// child puts things until it is killed, or until it is done, and says what is safe.
func child(role, folder, name string) {
	j := Open(folder, Listener{Problem: func(err error) { fmt.Println("problem", err) }})
	study := KeyOf("1", "")
	ctx := context.Background()
	switch role {
	case "sync": // many keys; says each that was flushed
		for i := range 1 << 30 {
			j.Put(study, name, fmt.Sprint(i), strings.Repeat("x", i%500))
			if i%3 == 0 {
				_ = j.Sync(ctx)
				fmt.Println(i)
			}
		}
	case "compact": // few keys and long values: the file is written anew all the time
		for i := range 1 << 30 {
			j.Put(study, name, fmt.Sprint(i%3), fmt.Sprint(i, strings.Repeat("x", 3000)))
			if i%20 == 0 {
				_ = j.Sync(ctx)
				fmt.Println(i)
			}
		}
	case "put": // without a Sync
		for i := range 500 {
			j.Put(study, name, fmt.Sprint(i), i)
		}
		fmt.Println(499)
		select {}
	case "window": // beside another, to the end
		for i := range 3000 {
			j.Put(study, name, fmt.Sprint(i%700), fmt.Sprint(i, strings.Repeat("x", 100)))
			if i%10 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		if err := j.Close(); err != nil {
			fmt.Println("problem", err)
		}
	}
}

// start begins a child; said are its lines.
func start(t *testing.T, role2, folder, name string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	c := exec.Command(os.Args[0], folder, name)
	c.Env = append(os.Environ(), role+"="+role2)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // mostly it is dead
		_ = c.Wait()
	})
	return c, bufio.NewScanner(out)
}

// last reads until a number of at least min was said, kills after a while more, and
// gives the last number.
func killed(t *testing.T, c *exec.Cmd, said *bufio.Scanner, min int, later time.Duration) int {
	t.Helper()
	last := -1
	for said.Scan() {
		i, err := strconv.Atoi(said.Text())
		if err != nil {
			t.Fatalf("the child says %q", said.Text())
		}
		if i >= min && last < min {
			time.AfterFunc(later, func() { _ = c.Process.Kill() })
		}
		last = i
	}
	if last < min {
		t.Fatalf("the child ended at %d", last)
	}
	return last
}

func rounds(n int) int {
	if testing.Short() {
		return 2
	}
	return n
}

// A program that is killed in the middle of writing has kept all that was flushed.
func TestKilled(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	kept := map[string]int{}
	for round := range rounds(10) {
		name := fmt.Sprint("round ", round)
		c, said := start(t, "sync", folder, name)
		kept[name] = killed(t, c, said, 30, time.Duration(rand.IntN(30_000))*time.Microsecond)
		got, n := loaded(t, folder, study)
		for name, last := range kept {
			for i := range last + 1 {
				if got[Name{name, fmt.Sprint(i)}] != raw(t, strings.Repeat("x", i%500)) {
					t.Fatalf("%s, %d of %d: %q", name, i, last, got[Name{name, fmt.Sprint(i)}])
				}
			}
		}
		if n.Lines > 0 {
			t.Errorf("%+v", n)
		}
	}
}

// So has one that is killed while it writes its file anew, and it leaves nothing behind.
func TestKilledInCompaction(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	for round := range rounds(15) {
		name := fmt.Sprint("round ", round)
		c, said := start(t, "compact", folder, name)
		last := killed(t, c, said, 40, time.Duration(rand.IntN(30_000))*time.Microsecond)
		got, n := loaded(t, folder, study)
		newest := -1
		for key := range 3 {
			var i int
			if _, err := fmt.Sscanf(got[Name{name, fmt.Sprint(key)}], "\"%d", &i); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			newest = max(newest, i)
		}
		if newest < last || n.Lines > 0 {
			t.Fatalf("%s: up to %d, %d was flushed; %+v", name, newest, last, n)
		}
	}
	j := Open(folder, quiet(t))
	j.Put(study, "end", "", 1)
	closed(t, j)
	if left, err := filepath.Glob(filepath.Join(folder, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What was put is written at once, without a Sync.
func TestKilledWithoutSync(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	c, said := start(t, "put", folder, "a")
	if !said.Scan() || said.Text() != "499" {
		t.Fatalf("the child says %q", said.Text())
	}
	said2 := time.Now()
	for deadline := said2.Add(limit); ; time.Sleep(time.Millisecond) {
		if got, _ := loaded(t, folder, study); len(got) == 500 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not written")
		}
	}
	t.Logf("all 500 there %v after the last Put", time.Since(said2))
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // killed
	if got, _ := loaded(t, folder, study); len(got) != 500 {
		t.Errorf("%d of 500", len(got))
	}
}

// Two programs that have one study open both keep what is done there; what was put
// last wins.
func TestTwoPrograms(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	var all []*exec.Cmd
	var outs []*bufio.Scanner
	for _, name := range []string{"first", "second", "third"} {
		c, said := start(t, "window", folder, name)
		all, outs = append(all, c), append(outs, said)
	}
	for i, c := range all {
		for outs[i].Scan() {
			t.Errorf("a child says %q", outs[i].Text())
		}
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	want := map[Name]string{}
	for _, name := range []string{"first", "second", "third"} {
		for i := range 3000 {
			want[Name{name, fmt.Sprint(i % 700)}] = raw(t, fmt.Sprint(i, strings.Repeat("x", 100)))
		}
	}
	got, n := loaded(t, folder, study)
	same(t, "both", got, want)
	if n.Lines > 0 || n.Torn > 0 {
		t.Errorf("%+v", n)
	}
}

// Two windows of one program do too; each sees at its next opening what the other did.
func TestTwoWindows(t *testing.T) {
	folder := t.TempDir()
	study := KeyOf("1", "")
	a, b := Open(folder, quiet(t)), Open(folder, quiet(t))
	for i := range 300 {
		a.Put(study, "a", fmt.Sprint(i), i)
		b.Put(study, "b", fmt.Sprint(i), i)
		if i%50 == 0 {
			settled(t, a)
		}
	}
	a.Put(study, "both", "", "a")
	settled(t, a)
	b.Put(study, "both", "", "b")
	settled(t, b)
	c, _, err := a.Load(study)
	if err != nil || len(c) != 601 || string(c[Name{"both", ""}].Value) != `"b"` {
		t.Errorf("%d values, %s, %v", len(c), c[Name{"both", ""}].Value, err)
	}
	// One forgets, the other goes on.
	if err := a.Forget(study); err != nil {
		t.Fatal(err)
	}
	b.Put(study, "b", "after", 1)
	closed(t, b)
	closed(t, a)
	got, _ := loaded(t, folder, study)
	same(t, "after it was forgotten", got, map[Name]string{{"b", "after"}: "1"})
}
