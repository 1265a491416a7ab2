package report

import (
	"context"
	"errors"
)

// Errors of a Reader.
var (
	// ErrNoGuild: nothing is known of that server.
	ErrNoGuild = errors.New("nothing is known of this server")
	// ErrNoMember: that person has no counts in the server.
	ErrNoMember = errors.New("this person has not been counted here")
	// ErrQuery: the question itself is wrong; the text says how.
	ErrQuery = errors.New("wrong question")
	// ErrRebuilding: the server's public numbers are being computed anew.
	ErrRebuilding = errors.New("the numbers are being computed anew, try again in a moment")
	// ErrUnavailable: the store cannot be asked now.
	ErrUnavailable = errors.New("the database cannot be reached, try again in a moment")
)

// Reader answers. All methods are safe for concurrent use, return the errors
// above (wrapped), and end early when ctx does.
type Reader interface {
	// Top ranks members or channels. By score it reads memory alone, O(log n +
	// page); other metrics read one transaction plus memory's newer part.
	Top(ctx context.Context, q TopQuery) (Top, error)
	// Rank tells where one member stands and why.
	Rank(ctx context.Context, q RankQuery) (Rank, error)
	// Overview is a server at a glance.
	Overview(ctx context.Context, q OverviewQuery) (Overview, error)
	// Status tells how the counting itself does.
	Status(ctx context.Context) (Status, error)
}
