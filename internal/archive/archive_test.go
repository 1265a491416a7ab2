package archive_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/archive"
)

const server = uint64(42)

// counter counts as ingest does: a message counts unless its id is covered.
type counter struct {
	covered map[uint64][][2]uint64
	byUser  map[[2]uint64]int // channel, user
	again   int
	chunks  int
}

func newCounter() *counter {
	return &counter{covered: map[uint64][][2]uint64{}, byUser: map[[2]uint64]int{}}
}

func (c *counter) take(chunk []events.Event) error {
	c.chunks++
	last := map[uint64]uint64{}
	for _, e := range chunk {
		if e.Kind != events.KindMessage {
			continue
		}
		if id, ok := last[e.Channel]; ok && e.ID <= id {
			return fmt.Errorf("ids of channel %d do not ascend", e.Channel)
		}
		last[e.Channel] = e.ID
		if c.has(e.Channel, e.ID) {
			c.again++
			continue
		}
		c.byUser[[2]uint64{e.Channel, e.User}]++
	}
	for _, e := range chunk {
		if e.Kind == events.KindCovered {
			if e.ID > e.Target {
				return fmt.Errorf("claim from %d to %d", e.ID, e.Target)
			}
			c.covered[e.Channel] = append(c.covered[e.Channel], [2]uint64{e.ID, e.Target})
		}
	}
	return nil
}

func (c *counter) has(channel, id uint64) bool {
	return slices.ContainsFunc(c.covered[channel], func(s [2]uint64) bool { return s[0] <= id && id <= s[1] })
}

func (c *counter) total() (n int) {
	for _, k := range c.byUser {
		n += k
	}
	return n
}

func write(t interface{ Helper() }, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}

func read(t *testing.T, c *counter, path string, adjust ...func(*archive.Options)) archive.Summary {
	t.Helper()
	o := archive.Options{Guild: server}
	for _, a := range adjust {
		a(&o)
	}
	sum, err := archive.Read(path, o, c.take)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestCSVCountsEveryLine(t *testing.T) {
	for name, text := range map[string]string{
		"seconds":      "ts,channel,user\n1600000000,1,7\n1600000000,1,7\n1600000001,0,0\n",
		"milliseconds": "ts,channel,user\n1600000000000,1,7\n1600000000500,1,7\n1600000001000,0,0\n",
		"rfc3339":      "user,ts,channel\n7,2020-09-13T12:26:40Z,1\n7,2020-09-13T12:26:40Z,1\n0,2020-09-13T12:26:41Z,0\n",
		"windows":      "\ufeffts,channel,user,len,reactions\r\n1600000000,1,7,3,0\r\n1600000000,1,7,9,1\r\n1600000001,0,0,1,1",
		"unsorted":     "ts,channel,user\n1600000001,0,0\n1600000000,1,7\n1600000000,1,7\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, t.TempDir(), "a.csv", text)
			c := newCounter()
			if sum := read(t, c, path); sum.Messages != 3 || sum.Bad != 0 {
				t.Errorf("summary %+v, want 3 messages", sum)
			}
			want := map[[2]uint64]int{{1, 7}: 2, {0, 0}: 1}
			if !maps.Equal(c.byUser, want) {
				t.Errorf("counted %v, want %v", c.byUser, want)
			}
			read(t, c, path)
			if c.total() != 3 || c.again != 3 {
				t.Errorf("twice: counted %d, covered %d; want 3 and 3", c.total(), c.again)
			}
		})
	}
}

func TestCSVSaysWhatIsWrongAndWhere(t *testing.T) {
	text := strings.Join([]string{
		"ts,channel,user", "1600000000,1,7", "oops", "1600000005,1,x", "1,1,7", "1600000009,1,7", "1600000010,,7", "1600000011,1",
	}, "\n")
	var bad []archive.Bad
	c := newCounter()
	sum := read(t, c, write(t, t.TempDir(), "a.csv", text), func(o *archive.Options) {
		o.Bad = func(b archive.Bad) { bad = append(bad, b) }
	})
	var places []uint64
	for _, b := range bad {
		places = append(places, b.Place)
	}
	if !slices.Equal(places, []uint64{3, 4, 5, 6, 7, 8}) || sum.Bad != 6 || sum.Messages != 1 {
		t.Errorf("bad %v, summary %+v", bad, sum)
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, "ts,channel,user\n1600000000,1,7\n")
	w.Close()
	c := newCounter()
	read(t, c, write(t, t.TempDir(), "named.txt", b.String()))
	if c.total() != 1 {
		t.Errorf("counted %d, want 1", c.total())
	}
}

func TestGzipBombIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, "ts,channel,user\n")
	zeros := bytes.Repeat([]byte("0"), 1<<20)
	for range 64 {
		w.Write(zeros)
	}
	w.Close()
	_, err := archive.Read(write(t, t.TempDir(), "a.gz", b.String()), archive.Options{Guild: server}, newCounter().take)
	if !errors.Is(err, archive.ErrLimit) {
		t.Errorf("read a bomb: %v, want ErrLimit", err)
	}
}

func TestForeignFormatsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "html": "<html></html>", "columns": "a,b,c\n1,2,3\n", "array": "[]", "cut": "{",
		"no channel": `{"messages":[{"id":"1"}]}`, "other server": dce(43, "Default", 1),
	} {
		_, err := archive.Read(write(t, t.TempDir(), "a", text), archive.Options{Guild: server}, newCounter().take)
		if name != "cut" && !errors.Is(err, archive.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}

// dce writes an export with n messages, one a minute, of two people.
func dce(guild uint64, kind string, n int, broken ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"guild":{"id":"%d","name":"Home","iconUrl":"x"},"channel":{"id":"5","type":"GuildTextChat","name":"general"},"dateRange":{"after":null,"before":null},"exportedAt":"2026-01-01T00:00:00+00:00","messages":[`, guild)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		at := int64(1600000000000 + i*60000)
		id := fmt.Sprintf("%q", fmt.Sprint(events.MakeSnowflake(at, 0)))
		if slices.Contains(broken, i) {
			id = `"what"`
		}
		fmt.Fprintf(&b, `{"id":%s,"type":%q,"timestamp":%q,"content":"never kept","author":{"id":"%d","name":"n","nickname":"Nick","isBot":false},"attachments":[],"reactions":[{"emoji":{"id":"","name":"x"},"count":2}]}`,
			id, kind, events.Time(at).Format("2006-01-02T15:04:05.999Z07:00"), 7+i%2)
	}
	b.WriteString(`],"messageCount":1}`)
	return b.String()
}

func TestDiscordChatExporter(t *testing.T) {
	dir := t.TempDir()
	c := newCounter()
	var names []archive.Names
	sum := read(t, c, write(t, dir, "a.json", dce(server, "Default", 10)), func(o *archive.Options) {
		o.Names = func(n archive.Names) { names = append(names, n) }
	})
	if sum.Messages != 10 || c.byUser[[2]uint64{5, 7}] != 5 || c.byUser[[2]uint64{5, 8}] != 5 {
		t.Errorf("summary %+v, counted %v", sum, c.byUser)
	}
	if len(names) < 3 || names[0].GuildName != "Home" || names[1].ChannelName != "general" || names[2].MemberName != "Nick" {
		t.Errorf("names %+v", names)
	}
	read(t, c, write(t, dir, "b.json", dce(server, "Reply", 15)))
	if c.total() != 15 {
		t.Errorf("overlapping exports: counted %d, want 15", c.total())
	}
	if sum := read(t, newCounter(), write(t, dir, "c.json", dce(server, "GuildMemberJoin", 4))); sum.Skipped != 4 || sum.Messages != 0 {
		t.Errorf("system messages: %+v, want 4 skipped", sum)
	}
}

func TestBrokenJSONIsMendedByASecondImport(t *testing.T) {
	dir := t.TempDir()
	whole := dce(server, "Default", 20)
	for name, text := range map[string]string{
		"one message": dce(server, "Default", 20, 7),
		"cut off":     whole[:len(whole)*2/3],
	} {
		c := newCounter()
		if sum := read(t, c, write(t, dir, "a.json", text)); sum.Bad == 0 {
			t.Errorf("%s: nothing was reported", name)
		}
		if c.total() >= 20 {
			t.Errorf("%s: counted %d", name, c.total())
		}
		read(t, c, write(t, dir, "b.json", whole))
		if c.total() != 20 || c.byUser[[2]uint64{5, 7}] != 10 {
			t.Errorf("%s: counted %v after mending, want 10 each", name, c.byUser)
		}
	}
}

func TestSparseExportClaimsNothingBetween(t *testing.T) {
	dir := t.TempDir()
	part := write(t, dir, "part.csv", "ts,channel,user,id\n1600000000,1,7,100\n1600000000,1,7,300\n")
	all := write(t, dir, "all.csv", "ts,channel,user,id\n1600000000,1,7,100\n1600000000,1,8,200\n1600000000,1,7,300\n")
	c := newCounter()
	read(t, c, part, func(o *archive.Options) { o.Sparse = true })
	read(t, c, all)
	if c.total() != 3 {
		t.Errorf("counted %d, want 3", c.total())
	}
}

// TestMendedFileCountsLikeItself: whatever lines of a file are broken at first, an
// import of the broken file and then of the mended one counts, per channel and
// member, what the mended file alone does. The same for files that overlap.
func TestMendedFileCountsLikeItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "archive-test-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		ids := rapid.Bool().Draw(t, "ids")
		n := rapid.IntRange(1, 60).Draw(t, "lines")
		var good, broken []string
		at := 1600000000
		for i := range n {
			at += rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 700}).Draw(t, "step")
			channel := rapid.IntRange(0, 2).Draw(t, "channel")
			user := rapid.IntRange(0, 3).Draw(t, "user")
			line := fmt.Sprintf("%d,%d,%d", at, channel, user)
			spoilt := []string{
				line, line, line, line, line, line,
				fmt.Sprintf("%d,%d,?", at, channel), fmt.Sprintf("%d,%d", at, channel),
				fmt.Sprintf("%d,?,%d", at, user), "###", fmt.Sprintf("?,%d,%d", channel, user),
			}
			b := rapid.SampledFrom(spoilt).Draw(t, "broken")
			if ids {
				id := fmt.Sprintf(",%d", events.MakeSnowflake(int64(at)*1000, uint32(i)))
				line += id
				if strings.Count(b, ",") == 2 {
					b += id
				}
			}
			good, broken = append(good, line), append(broken, b)
		}
		head := "ts,channel,user"
		if ids {
			head += ",id"
		}
		file := func(name string, lines []string) string {
			return write(t, dir, name, head+"\n"+strings.Join(lines, "\n")+"\n")
		}
		take := func(c *counter, path string) {
			o := archive.Options{Guild: server}
			archive.SetRun(&o, rapid.SampledFrom([]int{3, 7, 1000}).Draw(t, "run"))
			if _, err := archive.Read(path, o, c.take); err != nil {
				t.Fatal(err)
			}
		}
		want, got := newCounter(), newCounter()
		take(want, file("good.csv", good))
		take(got, file("broken.csv", broken))
		take(got, file("broken.csv", broken))
		take(got, file("good.csv", good))
		take(got, file("good.csv", good))
		if want.total() != n {
			t.Fatalf("the mended file alone counts %d of %d lines", want.total(), n)
		}
		if !maps.Equal(want.byUser, got.byUser) {
			t.Fatalf("counted %v, want %v\nbroken:\n%s", got.byUser, want.byUser, strings.Join(broken, "\n"))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("ts,channel,user\n1600000000,1,7\n"))
	f.Add([]byte("ts,channel,user,len,reactions,id\n1600000000,1,7,1,1,5\nx\n"))
	f.Add([]byte(dce(server, "Default", 2)))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		path := write(t, t.TempDir(), "f", string(b))
		_, _ = archive.Read(path, archive.Options{Guild: server}, newCounter().take)
	})
}
