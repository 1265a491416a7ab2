// Package report holds the questions that people ask of a server and the answers
// they get, as plain types, and the [Reader] that answers them.
//
// Slash commands and dashboard pages know this package and nothing of how counts
// are kept: memory, database or, one day, another machine.
//
// Every answer covers only the channels that @everyone may view, says of which
// moment it is (AsOf), names the gaps that touch it, and marks what is estimated.
package report
