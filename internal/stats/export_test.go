package stats

import "context"

// RebuildDue rebuilds every server that needs it, as Run does.
func (t *Stats) RebuildDue(ctx context.Context) error {
	for _, s := range t.all() {
		s.mu.RLock()
		due := s.stale != 0 || s.late
		s.mu.RUnlock()
		if due {
			if err := t.rebuild(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}
