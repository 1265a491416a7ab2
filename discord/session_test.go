package discord_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/events"
)

var update = flag.Bool("update", false, "rewrite the golden transcripts")

// TestSessionTranscripts plays the stories of testdata/session on the pure session
// machine. Lines that begin with "> " are what happens, the lines below each are
// what the machine wants done.
//
//	> shards N                 the machine anew, as one of N shards
//	> degradable               the machine anew, asking for privileged intents
//	> position none            what the sink says from now on
//	> position ID SEQ [URL]
//	> idle                     the driver asks what is due
//	> turn                     the turn to identify is ours
//	> connected
//	> hello MS
//	> ready ID SEQ [URL]
//	> dispatch SEQ             a dispatch that is none of the session's own
//	> resumed SEQ
//	> ack, op7, op1
//	> op9 true|false
//	> frame JSON
//	> after D                  time passes, with ticks when they are due
//	> unread SEQ               a delivered dispatch turns out to be no JSON
//	> hold, delivered          frames are on their way in between
//	> lost [CODE]
//	> stop
//	> state, counts, latency, heartbeat
func TestSessionTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/session/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("the story went\n%s", got)
			}
		})
	}
}

// story is a machine and the world around it.
type story struct {
	m       *discord.Machine
	now     time.Time
	session events.Session
	seq     uint64
	known   bool
}

// onDiscord says where to dial for a resume address.
func onDiscord(told string) (string, error) {
	dial, _, _ := strings.Cut(told, "#")
	if !strings.HasSuffix(dial, ".discord.gg") {
		return "", discord.ErrGateway
	}
	return dial, nil
}

// play runs a transcript and returns it with what really happened.
func play(t *testing.T, text string) string {
	st := &story{m: discord.NewMachine(1, false, onDiscord), now: time.Unix(1_700_000_000, 0)}
	var out strings.Builder
	inOutput := false
	for line := range strings.Lines(text) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "> ")
		switch {
		case ok:
			out.WriteString(line)
			for _, l := range st.do(t, command) {
				fmt.Fprintln(&out, l)
			}
			inOutput = true
		case inOutput && line != "\n" && line[0] != '#':
			// what was expected
		default:
			out.WriteString(line)
			inOutput = false
		}
	}
	return out.String()
}

func (st *story) do(t *testing.T, command string) []string {
	name, rest, _ := strings.Cut(command, " ")
	args := strings.Fields(rest)
	switch name {
	case "shards":
		st.m = discord.NewMachine(number(t, args[0]), false, onDiscord)
	case "degradable":
		st.m = discord.NewMachine(1, true, onDiscord)
	case "position":
		st.position(t, args)
	case "idle":
		return st.m.Idle(st.now, st.session, st.seq, st.known)
	case "turn":
		st.m.Granted()
	case "connected":
		st.m.Connected(st.now)
	case "delivered":
		st.m.Delivered(st.now)
		st.m.Hold = false
	case "hold":
		st.m.Hold = true
	case "after":
		return st.after(t, args[0])
	case "lost":
		code := 0
		if len(args) > 0 {
			code = number(t, args[0])
		}
		return st.m.Lost(st.now, code)
	case "stop":
		return st.m.Stop()
	case "unread":
		st.m.Unread(uint64(number(t, args[0])))
	case "state":
		return []string{st.m.State()}
	case "counts":
		return []string{st.m.Counts()}
	case "latency":
		return []string{st.m.Latency().String()}
	case "heartbeat":
		return []string{fmt.Sprintf("HEARTBEAT acknowledges %d", st.m.Durable(st.session, st.seq, st.known))}
	default:
		acts, err := st.m.Frame(st.now, []byte(st.frame(t, name, rest, args)))
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		return acts
	}
	return nil
}

func (st *story) position(t *testing.T, args []string) {
	st.known = args[0] != "none"
	if !st.known {
		return
	}
	st.session, st.seq = events.Session{Shard: 3, ID: args[0]}, uint64(number(t, args[1]))
	if len(args) > 2 {
		st.session.ResumeURL = args[2]
	}
}

func (st *story) frame(t *testing.T, name, rest string, args []string) string {
	switch name {
	case "frame":
		return rest
	case "hello":
		return `{"op":10,"d":{"heartbeat_interval":` + args[0] + `}}`
	case "ready":
		url := "wss://gateway-us-east1-b.discord.gg"
		if len(args) > 2 {
			url = args[2]
		}
		return fmt.Sprintf(`{"op":0,"t":"READY","s":%s,"d":{"session_id":%q,"resume_gateway_url":%q,"guilds":[]}}`,
			args[1], args[0], url)
	case "dispatch":
		return `{"op":0,"t":"MESSAGE_CREATE","s":` + args[0] + `,"d":{}}`
	case "resumed":
		return `{"op":0,"t":"RESUMED","s":` + args[0] + `,"d":{}}`
	case "ack":
		return `{"op":11}`
	case "op1":
		return `{"op":1}`
	case "op7":
		return `{"op":7,"d":null}`
	case "op9":
		return `{"op":9,"d":` + args[0] + `}`
	}
	t.Fatalf("what is %q?", name)
	return ""
}

// after lets time pass, with a tick whenever the machine has asked for one.
func (st *story) after(t *testing.T, arg string) (out []string) {
	d, err := time.ParseDuration(arg)
	if err != nil {
		t.Fatal(err)
	}
	from, end := st.now, st.now.Add(d)
	for {
		next := st.m.Deadline()
		if st.m.State() == "idle" || next.IsZero() || next.After(end) {
			break
		}
		if next.After(st.now) {
			st.now = next
		}
		for _, l := range st.m.Tick(st.now) {
			out = append(out, fmt.Sprintf("+%v %s", st.now.Sub(from), l))
		}
		if !st.m.Deadline().After(st.now) && st.m.State() != "idle" {
			t.Fatalf("a tick at %v asks for another at once", st.now.Sub(from))
		}
	}
	st.now = end
	return out
}

func number(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
