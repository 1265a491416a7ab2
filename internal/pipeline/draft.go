package pipeline

import "guildpulse/events"

// draft collects what one turn of ingest will append to the journal, in order:
// runs of events, broken by controls and by changes of source.
type draft struct {
	batches []events.Batch
	buf     []events.Event
	start   int // of the run that is open in buf
	source  events.Source
}

func (d *draft) reset() {
	clear(d.batches)
	d.batches, d.buf, d.start = d.batches[:0], d.buf[:0], 0
}

func (d *draft) add(src events.Source, e events.Event) {
	if src != d.source {
		d.close()
		d.source = src
	}
	d.buf = append(d.buf, e)
}

func (d *draft) control(c *events.Control) {
	d.close()
	d.batches = append(d.batches, events.Batch{Control: c})
}

// close ends the open run. Should buf move later, the run keeps the old array: it is
// complete and nobody writes to it any more.
func (d *draft) close() {
	if len(d.buf) > d.start {
		d.batches = append(d.batches, events.Batch{
			Source: d.source, Events: d.buf[d.start:len(d.buf):len(d.buf)],
		})
		d.start = len(d.buf)
	}
}

func (d *draft) finish() []events.Batch {
	d.close()
	return d.batches
}

// last returns the last drafted event of a run that is open, for its flags.
func (d *draft) last() *events.Event {
	if len(d.buf) == d.start {
		return nil
	}
	return &d.buf[len(d.buf)-1]
}
