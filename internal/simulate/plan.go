package simulate

// step says what a plan does when its time has come.
type step uint8

const (
	stepTalk step = iota
	stepThread
	stepNote // a bot's or raider's single message
	stepReact
	stepUnreact
	stepDelete
	stepEnter
	stepChange
	stepExit
	stepJoin
	stepLeave
	stepFlood
)

// plan is something that will happen.
type plan struct {
	at      int64
	serial  uint64 // of planning, which breaks ties
	message message
	until   int64 // of a voice session: when it ends
	talk    *conversation
	who     int32
	emoji   int16
	channel int16
	session uint32
	step    step
}

func (p plan) before(q plan) bool {
	return p.at < q.at || p.at == q.at && p.serial < q.serial
}
