package storetest

import (
	"context"
	"testing"

	"guildpulse/persist"
)

// Database is where the store under test lives.
type Database struct {
	// Open opens the store. Every call opens the same database, also while
	// another handle is open.
	Open func(context.Context) (persist.Store, error)
	// Outdate makes the program outdated: it marks the schema, which an Open has
	// made, as a later one than the program knows.
	Outdate func(context.Context) error
}

// Run runs the suite. fresh makes a new, empty database for each test.
func Run(t *testing.T, fresh func(t *testing.T) Database) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*testing.T, Database)
	}{
		{"a new store stands nowhere", testNew},
		{"take binds to a journal", testTake},
		{"take counts epochs", testEpochs},
		{"a batch is applied once", testOnce},
		{"a batch that moves nothing is refused", testUnmoving},
		{"the last to take the store writes", testFencing},
		{"two writers at once", testTwoWriters},
		{"a batch that fails changes nothing", testPoison},
		{"a cancelled batch changes nothing", testCancelled},
		{"a batch cancelled midway changes nothing", testCancelledMidway},
		{"reopening keeps everything", testReopen},
		{"a newer schema is refused", testNewer},
		{"stats", testStats},
		{"oracle", testOracle},
		{"rows", testRows},
		{"a row that came to nothing", testNothingLeft},
		{"what yield returns", testYield},
		{"reads while rows are read", testInterleaved},
		{"extremes", testExtremes},
		{"ten thousand rows", testLarge},
		{"rezone equals recount", testRezone},
		{"rezone comes first", testRezoneFirst},
		{"spans", testSpans},
		{"gaps", testGaps},
		{"voice", testVoice},
		{"emoji", testEmoji},
		{"states", testStates},
		{"opt-outs", testOptOuts},
		{"several writes of one key in a batch", testRepeatedKeys},
		{"directory", testDirectory},
		{"hostile names", testHostileNames},
		{"servers", testGuilds},
		{"a view stands still", testViewStandsStill},
		{"views agree with their cursor", testViewsAgree},
		{"a view's error", testViewError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.run(t, fresh(t))
		})
	}
}
