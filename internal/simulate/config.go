package simulate

import (
	"errors"
	"fmt"
	"time"
)

// ErrConfig is wrapped by every error of New: what was asked for cannot be
// laid out.
var ErrConfig = errors.New("simulated world cannot be made")

// Bounds of what a Setting may ask for. Above them a millisecond could need
// more message ids than a snowflake has room for.
const (
	maxServers  = 1000
	maxMembers  = 1_000_000
	maxMessages = 5_000_000
)

// Config says what world to make. Equal configs make equal worlds.
type Config struct {
	Seed uint64
	// Life is told from Start on. End is "now": the cast is laid out so that
	// sizes and rates are reached there. Acts go on beyond it. Both are cut to
	// whole milliseconds.
	Start, End time.Time
	Servers    []Setting // empty: Default()
}

// Setting asks for one server.
type Setting struct {
	Name         string // empty: the theme's own
	Zone         string // IANA name, in whose hours the people live
	Members      int    // at End, bots among them; at least 10
	MessagesADay int    // on an average day of the last month, bots' among them
	Theme        Theme  // channels, emoji and holidays; zero: Harbor
}

// Default returns three servers: a large and lively one, a middling one on
// another continent, and a small one whose hours begin at a quarter.
func Default() []Setting {
	return []Setting{
		{Name: "Lantern Harbor", Zone: "Europe/Berlin", Members: 1200, MessagesADay: 1900, Theme: Harbor},
		{Name: "Kiln & Compass", Zone: "America/New_York", Members: 280, MessagesADay: 480, Theme: Workshop},
		{Name: "चिया र किताब", Zone: "Asia/Kathmandu", Members: 64, MessagesADay: 110, Theme: Reading},
	}
}

// validate returns the first thing in c that cannot be had.
func (c *Config) validate() error {
	if !c.Start.Before(c.End) {
		return fmt.Errorf("%w: start %s is not before end %s", ErrConfig, c.Start, c.End)
	}
	if c.Start.Year() < 2018 {
		return fmt.Errorf("%w: start %s is before 2018, when few accounts exist", ErrConfig, c.Start)
	}
	if len(c.Servers) > maxServers {
		return fmt.Errorf("%w: %d servers, at most %d", ErrConfig, len(c.Servers), maxServers)
	}
	for i := range c.Servers {
		if err := c.Servers[i].validate(); err != nil {
			return fmt.Errorf("%w: server %d: %w", ErrConfig, i, err)
		}
	}
	return nil
}

func (s *Setting) validate() error {
	switch {
	case s.Members < 10 || s.Members > maxMembers:
		return fmt.Errorf("%d members, want 10 to %d", s.Members, maxMembers)
	case s.MessagesADay < 1 || s.MessagesADay > maxMessages:
		return fmt.Errorf("%d messages a day, want 1 to %d", s.MessagesADay, maxMessages)
	case int(s.Theme) >= len(themes()):
		return fmt.Errorf("unknown theme %d", s.Theme)
	}
	if _, err := time.LoadLocation(s.Zone); err != nil {
		return fmt.Errorf("zone %q: %w", s.Zone, err)
	}
	return nil
}
