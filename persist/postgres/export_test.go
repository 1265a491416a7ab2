package postgres

import (
	"io"

	"guildpulse/persist"
)

// NewStageReader encodes a batch as a COPY stream.
func NewStageReader(b *persist.Batch) io.Reader { return newStageReader(b) }
