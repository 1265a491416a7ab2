package persist_test

import (
	"errors"
	"testing"

	"guildpulse/persist"
)

func TestRefuse(t *testing.T) {
	cursor := persist.Cursor{Next: 10, Epoch: 3}
	tests := []struct {
		name  string
		batch persist.Batch
		want  error
	}{
		{"ours", persist.Batch{From: 10, To: 12, Epoch: 3}, nil},
		{"applied already", persist.Batch{From: 9, To: 10, Epoch: 3}, persist.ErrCursor},
		{"ahead", persist.Batch{From: 11, To: 12, Epoch: 3}, persist.ErrCursor},
		{"of a process before", persist.Batch{From: 10, To: 12, Epoch: 2}, persist.ErrFenced},
		{"of a process to come", persist.Batch{From: 10, To: 12, Epoch: 4}, persist.ErrFenced},
		{"of another process, and elsewhere", persist.Batch{From: 9, To: 10, Epoch: 2}, persist.ErrFenced},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := cursor.Refuse(&tt.batch); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	something := []persist.Gap{{}}
	tests := []struct {
		name  string
		batch persist.Batch
		ok    bool
	}{
		{"something", persist.Batch{From: 1, To: 2, Gaps: something}, true},
		{"nothing, moving", persist.Batch{From: 1, To: 2}, true},
		{"nothing at all", persist.Batch{From: 1, To: 1}, true},
		{"something without moving", persist.Batch{From: 1, To: 1, Gaps: something}, false},
		{"backwards", persist.Batch{From: 2, To: 1}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.batch.Check(); (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
