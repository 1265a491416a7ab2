package journal

import (
	"fmt"

	"guildpulse/events"
)

// measure checks that the batches may stand in the journal and returns how many
// bytes and records they take.
func measure(batches []events.Batch) (bytes int64, records events.Seq, err error) {
	if len(batches) == 0 {
		return 0, 0, fmt.Errorf("%w: none given", ErrBatch)
	}
	for i := range batches {
		b := &batches[i]
		if err := check(b); err != nil {
			return 0, 0, err
		}
		bytes += int64(headSize + padded(bodyLength(b)))
		records += events.Seq(b.Len())
	}
	return bytes, records, nil
}

func check(b *events.Batch) error {
	if b.Control != nil {
		return checkControl(b)
	}
	switch {
	case len(b.Events) == 0:
		return fmt.Errorf("%w: empty", ErrBatch)
	case len(b.Events) > MaxEvents:
		return fmt.Errorf("%w: %d events in a batch, at most %d", ErrTooLarge, len(b.Events), MaxEvents)
	case !validSource(frameEvents, b.Source):
		return fmt.Errorf("%w: %v", ErrBatch, b.Source)
	}
	for i := range b.Events {
		if k := b.Events[i].Kind; !k.Journaled() {
			return fmt.Errorf("%w: event %d is of kind %v, which is never journaled", ErrBatch, i, k)
		}
	}
	return nil
}

func checkControl(b *events.Batch) error {
	switch {
	case len(b.Events) > 0:
		return fmt.Errorf("%w: both events and a control", ErrBatch)
	case b.Control.Type == 0:
		return fmt.Errorf("%w: control without a type", ErrBatch)
	case len(b.Control.Body) > events.MaxControl:
		return fmt.Errorf("%w: control of %d bytes, at most %d", ErrBatch, len(b.Control.Body), events.MaxControl)
	case !validSource(frameControl, b.Source):
		return fmt.Errorf("%w: %v", ErrBatch, b.Source)
	}
	return nil
}

func bodyLength(b *events.Batch) int {
	if b.Control != nil {
		return controlHead + len(b.Control.Body)
	}
	return len(b.Events) * events.Size
}

// appendFrame appends the batch as a frame without its head, for which there is
// room, and returns how long the body is. The batch has passed check.
func appendFrame(dst []byte, b *events.Batch) (_ []byte, length int, err error) {
	at := len(dst) + headSize
	var blank [headSize]byte
	if dst, err = appendBody(append(dst, blank[:]...), b); err != nil {
		return dst, 0, err
	}
	length = len(dst) - at
	for len(dst)%alignment != 0 {
		dst = append(dst, 0)
	}
	return dst, length, nil
}

func appendBody(dst []byte, b *events.Batch) (_ []byte, err error) {
	if b.Control != nil {
		return b.Control.AppendBinary(dst)
	}
	for i := range b.Events {
		if dst, err = b.Events[i].AppendBinary(dst); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// decodeBody reads a frame's body into b, whose events reuse room.
func decodeBody(b *events.Batch, h *frameHead, body []byte, room []events.Event) error {
	*b = events.Batch{First: h.first, Source: h.source}
	if h.kind == frameControl {
		b.Control = new(events.Control)
		return b.Control.UnmarshalBinary(body[:h.length])
	}
	b.Events = room[:0]
	for at := 0; at < int(h.length); at += events.Size {
		b.Events = append(b.Events, events.Event{})
		e := &b.Events[len(b.Events)-1]
		if err := e.UnmarshalBinary(body[at:]); err != nil {
			return err
		}
		if !e.Kind.Journaled() {
			return fmt.Errorf("%w: %v", events.ErrKind, e.Kind)
		}
	}
	return nil
}
