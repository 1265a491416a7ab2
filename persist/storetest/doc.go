// Package storetest is the conformance suite of stores: what persist.Store
// promises, as tests that every store runs.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Database { … })
//	}
//
// Random batches are applied to the store and to an oracle, maps that are added
// up and scanned, and every answer is compared. The rest is what random batches
// do not come by: batches that are repeated, fail, are cut off or are another
// process's, views under a writer, extreme numbers, hostile names.
package storetest
