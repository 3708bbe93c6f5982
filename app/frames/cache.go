// Package frames has the frames of a stack ready before they are looked at: it
// decodes around the one on screen, in parallel, and keeps what it decoded in a
// cache that is bounded in bytes.
package frames

import (
	"container/list"
	"sync"

	"lightbox/vision"
	"lightbox/vision/study"
)

// Key names a frame: the file it stands in and its number there.
type Key struct {
	Item  *study.Item
	Index int
}

// KeyOf is the key of a stack's frame.
func KeyOf(f study.Frame) Key { return Key{f.Item, f.Index} }

// Cache keeps decoded frames up to a number of bytes. The frames that are
// wanted most stay: those on screen are pinned, and a cache in use by a Loader
// keeps the ones around the cursor rather than those that were used last.
type Cache struct {
	mu      sync.Mutex
	limit   int64
	used    int64
	entries map[Key]*list.Element
	order   *list.List // of *entry, the most recently used first
	pinned  map[Key]bool
}

type entry struct {
	key   Key
	scan  *vision.Scan
	bytes int64
}

// NewCache makes a cache of at most limit bytes, what is pinned not counted as
// a reason to refuse it.
func NewCache(limit int64) *Cache {
	return &Cache{limit: limit, entries: map[Key]*list.Element{}, order: list.New(), pinned: map[Key]bool{}}
}

// Limit is the number of bytes that the cache may hold.
func (c *Cache) Limit() int64 { return c.limit }

// Used is the number of bytes held now.
func (c *Cache) Used() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

// Get returns a frame that is there, nil if it is not.
func (c *Cache) Get(k Key) *vision.Scan {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[k]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).scan
}

// has is Get without a use.
func (c *Cache) has(k Key) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.entries[k]
	return ok
}

// Pin makes these the frames on the screen, which are not dropped.
func (c *Cache) Pin(keys ...Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pinned = map[Key]bool{}
	for _, k := range keys {
		c.pinned[k] = true
	}
}

// Keep adds a frame that was decoded elsewhere.
func (c *Cache) Keep(k Key, s *vision.Scan) { c.put(k, s, func(Key) (int, bool) { return 0, false }) }

// put adds a frame and drops others until the limit holds: first those that
// are not wanted, the least recently used before the others, then the wanted
// one of the highest rank, which may be the new one itself. It returns the keys
// that were dropped.
func (c *Cache) put(k Key, s *vision.Scan, rank func(Key) (rank int, wanted bool)) (dropped []Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[k]; ok {
		c.order.MoveToFront(e)
		return nil
	}
	n := s.Bytes()
	c.entries[k] = c.order.PushFront(&entry{k, s, n})
	c.used += n
	for c.used > c.limit {
		e := c.leastWanted(k, rank)
		if e == nil {
			break
		}
		dropped = append(dropped, e.Value.(*entry).key)
		c.remove(e)
	}
	return dropped
}

// leastWanted is the entry to be dropped next, nil if all are pinned.
func (c *Cache) leastWanted(added Key, rank func(Key) (int, bool)) *list.Element {
	var last *list.Element
	highest := 0
	for e := c.order.Back(); e != nil; e = e.Prev() {
		x := e.Value.(*entry)
		if c.pinned[x.key] {
			continue
		}
		r, wanted := rank(x.key)
		if !wanted && x.key != added {
			return e
		}
		if wanted && r > highest { // rank 0 is the cursor
			last, highest = e, r
		}
	}
	return last
}

func (c *Cache) remove(e *list.Element) {
	x := c.order.Remove(e).(*entry)
	delete(c.entries, x.key)
	c.used -= x.bytes
}

// Clear drops everything.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.order, c.used, c.pinned = map[Key]*list.Element{}, list.New(), 0, map[Key]bool{}
}
