package whole

import (
	"fmt"
	"strings"
	"time"

	"guildpulse/bench/measure"
)

// sheet is the page about where the processor's time goes, and where garbage comes from.
func (c *carriage) sheet() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Where the time goes\n")
	line("Made by `make bench`: what the bot's own parts do while %.0f messages of %d members go the whole way,", c.n, storedMembers)
	line("through the socket (%s), reader, ring, journal and memory into PostgreSQL, as fast as the parts", compression)
	line("take them. %s.\n", measure.Machine())
	line("All were counted after %.2f s and committed after %.2f s. The bot worked for %.2f s of processor,",
		c.counted.Seconds(), c.committed.Seconds(), seconds(c.processor.total))
	line("PostgreSQL's own processes for %.2f s, and the stand-in, left out below, for %.2f s.\n",
		c.database.Seconds(), seconds(c.processor.alien))
	line("## By stage\n")
	line("| stage | processor | ns an event | bytes allocated an event |")
	line("|---|---:|---:|---:|")
	for i, s := range c.processor.list {
		line("| %s | %.1f %% | %.0f | %.0f |", s.name, c.processor.share(s.took), s.took/c.n, c.memory.list[i].took/c.n)
	}
	line("\nWhat several stages could claim belongs to the first of garbage collection, inflate, flusher (with its")
	line("reading of the journal), journal, ring, apply, ingest, reader. Both profiles are samples: small shares are")
	line("rough.\n")
	line("## Processor by function\n")
	list(line, c.processor)
	line("\n## Bytes allocated by function\n")
	list(line, c.memory)
	return b.String()
}

func seconds(ns float64) float64 { return time.Duration(ns).Seconds() }

func list(line func(string, ...any), s *stages) {
	line("| function | alone | with what it calls |")
	line("|---|---:|---:|")
	for _, f := range s.tops {
		line("| `%s` | %.1f %% | %.1f %% |", plainName(f.name), s.share(f.flat), s.share(f.cum))
	}
}

// plainName is a function's name without the types that it was made for.
func plainName(name string) string {
	if begin, end := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']'); begin >= 0 && end > begin {
		name = name[:begin] + "[…]" + name[end+1:]
	}
	return name
}
