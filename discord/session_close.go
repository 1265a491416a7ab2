package discord

// Close codes that matter. closeKeep is ours: unlike 1000 and 1001 it leaves the
// session to be resumed.
const (
	closeKeep              = 4000
	closeAuthentication    = 4004
	closeInvalidSeq        = 4007
	closeSessionTimedOut   = 4009
	closeInvalidShard      = 4010
	closeShardingRequired  = 4011
	closeInvalidVersion    = 4012
	closeInvalidIntents    = 4013
	closeDisallowedIntents = 4014
)

// verdict is what a close code means for the session.
type verdict uint8

const (
	verdictResume verdict = iota // come back and RESUME
	verdictNew                   // the session is lost, IDENTIFY
	verdictFatal                 // never come back
)

func verdictOn(code int) verdict {
	switch code {
	case closeInvalidSeq, closeSessionTimedOut:
		return verdictNew
	case closeAuthentication, closeInvalidShard, closeShardingRequired,
		closeInvalidVersion, closeInvalidIntents, closeDisallowedIntents:
		return verdictFatal
	}
	return verdictResume
}

// refused tells a fatal close code's reason and remedy.
func refused(code int) *RefusedError {
	e := &RefusedError{Code: code}
	switch code {
	case closeAuthentication:
		e.Reason = "authentication failed"
		e.Remedy = "Check the bot's token: copy it anew from the Bot page of the developer portal."
	case closeInvalidShard:
		e.Reason = "invalid shard"
		e.Remedy = "Let the number of shards be chosen by Discord, or set the same one for every process."
	case closeShardingRequired:
		e.Reason = "sharding required"
		e.Remedy = "The bot is in too many servers for this many shards: let Discord choose the number."
	case closeInvalidVersion:
		e.Reason = "invalid API version"
		e.Remedy = "This release speaks a version of the gateway that Discord has retired: update it."
	case closeInvalidIntents:
		e.Reason = "invalid intents"
		e.Remedy = "This release asks for intents that Discord does not know: update it."
	case closeDisallowedIntents:
		e.Reason = "disallowed intents"
		e.Remedy = "Enable the Server Members intent on the Bot page of the developer portal, or do not ask for it."
	}
	return e
}
