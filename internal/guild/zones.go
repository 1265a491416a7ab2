package guild

import "sync"

// Zones loads each time zone once, so that ten thousand servers in Europe/Berlin
// share one. Safe for concurrent use; the zero value is ready. It holds at most
// one Zone for each name that exists, some hundreds.
type Zones struct {
	mu     sync.RWMutex
	loaded map[string]*Zone
}

// Load returns the zone of a name, as [LoadZone] does. An unknown name is looked
// up again each time.
func (z *Zones) Load(name string) (*Zone, error) {
	z.mu.RLock()
	zone := z.loaded[name]
	z.mu.RUnlock()
	if zone != nil {
		return zone, nil
	}
	loaded, err := LoadZone(name)
	if err != nil {
		return nil, err
	}
	return z.keep(loaded), nil
}

// keep stores a zone unless another goroutine was faster.
func (z *Zones) keep(loaded *Zone) *Zone {
	z.mu.Lock()
	defer z.mu.Unlock()
	if zone := z.loaded[loaded.name]; zone != nil {
		return zone
	}
	if z.loaded == nil {
		z.loaded = make(map[string]*Zone)
	}
	z.loaded[loaded.name] = loaded
	return loaded
}
