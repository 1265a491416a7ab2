package gateway

import (
	"context"
	"errors"
	"fmt"
)

// Station is a gateway for other subjects: it greets one reader, and sends it frames that
// were made and compressed beforehand. What it costs while it sends is a read of a file
// and a write to a socket a group of frames, and no garbage.
type Station struct {
	flood  *flood
	stream *stream
}

// NewStation makes n frames for a transport with the compression kind. frame returns the
// payload of the i-th, which is given its sequence.
func NewStation(kind string, n int, frame func(seq uint64, i int) string) (*Station, error) {
	p, err := newPacked(kind, n, frame)
	if err != nil {
		return nil, fmt.Errorf("make frames: %w", err)
	}
	return &Station{flood: newFlood(func(asked string) (source, error) {
		if asked != kind {
			return nil, fmt.Errorf("the frames are made for %s", kind)
		}
		return p, nil
	})}, nil
}

// URL is the base address of the API.
func (s *Station) URL() string { return s.flood.http.URL }

// Accept waits for the reader.
func (s *Station) Accept(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s.stream, err = s.flood.accept(ctx)
	return err
}

// Send sends the next n frames, as fast as the reader takes them.
func (s *Station) Send(n int) error {
	if s.stream == nil {
		return errors.New("send frames: nobody has connected")
	}
	return s.stream.send(n)
}

// Close ends it, after the reader.
func (s *Station) Close() { s.flood.close() }
