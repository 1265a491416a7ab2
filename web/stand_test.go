package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guildpulse/internal/report"
	"guildpulse/web"
)

// The people and servers of the tests.
const (
	home    uint64 = 1100000000000000100 // the bot is here
	other   uint64 = 1100000000000000200 // and here
	absent  uint64 = 1100000000000000300 // and not here
	member  uint64 = 1100000000000000001
	manager uint64 = 1100000000000000002
	former  uint64 = 1100000000000000003
	foreign uint64 = 1100000000000000004 // of the other server only
)

// noon is when tests begin.
var noon = time.Date(2026, time.November, 21, 11, 42, 0, 0, time.UTC)

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// register is an Access that tests write.
type register struct {
	mu     sync.Mutex
	levels map[[2]uint64]web.Level // by server and person
	names  map[uint64]string
	self   string
	asked  int
	err    error
}

func newRegister() *register {
	return &register{
		self:  "Mara Quill",
		names: map[uint64]string{home: "Lantern Harbour", other: "Café Größenwahn"},
		levels: map[[2]uint64]web.Level{
			{home, member}: web.LevelMember, {home, manager}: web.LevelManager, {other, foreign}: web.LevelMember,
			{absent, member}: web.LevelNone,
		},
	}
}

func (g *register) May(_ context.Context, guild, user uint64) (web.GuildAccess, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	if g.err != nil {
		return web.GuildAccess{}, g.err
	}
	return web.GuildAccess{ID: guild, Name: g.names[guild], Self: g.self, Level: g.levels[[2]uint64{guild, user}]}, nil
}

func (g *register) Guilds(ctx context.Context, user uint64) ([]web.GuildAccess, error) {
	var all []web.GuildAccess
	for _, id := range []uint64{home, other, absent} {
		a, err := g.May(ctx, id, user)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func (g *register) set(guild, user uint64, l web.Level) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.levels[[2]uint64{guild, user}] = l
}

func (g *register) name(guild uint64, name, self string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.names[guild], g.self = name, self
}

func (g *register) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.err = err
}

// almanac is a Reader with a believable server in it.
type almanac struct {
	guildName string
	people    []string
	channels  []string
	gaps      []report.Gap
	err       error
	zone      string
}

func newAlmanac() *almanac {
	return &almanac{
		guildName: "Lantern Harbour",
		zone:      "Europe/Vienna",
		people: strings.Split("Mara Quill,tobias,Иван Петров,hollow_oak,さくら,Priya N.,jonas.w,Old Sam,El Niño,"+
			"kestrel,Dr. Pepperpot,noor,the_real_beatrix,ziggy,Amélie,marmalade cat,wren,Ö,Captain Longshanks of the Seven Seas,fin", ","),
		channels: strings.Split("general,help-desk,off-topic,screenshots,music,book-club,announcements,deutsch,looking-for-group,bots", ","),
		gaps: []report.Gap{
			{From: noon.Add(-33 * time.Hour), To: noon.Add(-33*time.Hour + 4*time.Minute), State: "repaired"},
			{From: noon.Add(-8 * time.Hour), To: noon.Add(-7 * time.Hour), State: "lost"},
		},
	}
}

var periodDays = map[report.Period]int{
	report.Today: 1, report.Days7: 7, report.Days30: 30, report.Days90: 90, report.Months12: 365, report.All: 900,
}

func (a *almanac) window(p report.Period) report.Window {
	return report.Window{
		Period: p, From: noon.AddDate(0, 0, 1-periodDays[p]).Format(time.DateOnly), To: noon.Format(time.DateOnly),
		Zone: a.zone, AsOf: noon, Gaps: a.gaps,
	}
}

// series is a week's rhythm with noise, the same at every call.
func series(days int, end time.Time, seed uint64) []report.Point {
	random := rand.New(rand.NewPCG(seed, 7))
	points := make([]report.Point, days)
	for i := range points {
		at := end.AddDate(0, 0, i+1-days)
		weekend := 1.0
		if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
			weekend = 1.45
		}
		value := (1500 + 700*math.Sin(float64(i)/23)) * weekend * (0.8 + 0.4*random.Float64())
		points[i] = report.Point{At: at, Label: at.Format(time.DateOnly), Value: math.Round(value)}
	}
	return points
}

func places(names []string, first float64, offset, limit int) []report.Place {
	var all []report.Place
	for i := offset; i < min(offset+limit, len(names)); i++ {
		all = append(all, report.Place{Rank: i + 1, ID: uint64(1000 + i), Name: names[i], Value: math.Round(first / math.Pow(float64(i+1), 0.7))})
	}
	return all
}

func (a *almanac) everybody() []string {
	all := append([]string(nil), a.people...)
	for i := len(all); i < 137; i++ {
		all = append(all, fmt.Sprintf("visitor-%03d", i))
	}
	return all
}

func (a *almanac) Top(_ context.Context, q report.TopQuery) (report.Top, error) {
	if a.err != nil {
		return report.Top{}, a.err
	}
	if q.Guild != home {
		return report.Top{}, report.ErrNoGuild
	}
	names := a.everybody()
	if q.Subject == report.Channels {
		names = a.channels
	}
	t := report.Top{Query: q, Window: a.window(q.Period), Places: places(names, 4321, q.Offset, q.Limit), Total: len(names)}
	if q.Metric != report.Score {
		t.Sum = 40_000
	}
	return t, nil
}

func (a *almanac) Rank(context.Context, report.RankQuery) (report.Rank, error) {
	return report.Rank{}, report.ErrNoMember
}

func (a *almanac) Overview(_ context.Context, q report.OverviewQuery) (report.Overview, error) {
	if a.err != nil {
		return report.Overview{}, a.err
	}
	if q.Guild != home {
		return report.Overview{}, report.ErrNoGuild
	}
	days := periodDays[q.Period]
	o := report.Overview{
		Guild: q.Guild, Name: a.guildName, Window: a.window(q.Period),
		Messages: report.Figure{Now: 12480, Before: 11104}, Voice: report.Figure{Now: 18_200, Before: 20_260},
		Reactions: report.Figure{Now: 5120, Before: 5120}, Active: report.Figure{Now: 486, Before: 441, Error: 0.016},
		Joined: report.Figure{Now: 62, Before: 0}, Left: report.Figure{Now: 9, Before: 14},
		Daily: report.Figure{Now: 171, Before: 164}, Weekly: report.Figure{Now: 486, Before: 441, Error: 0.016},
		Monthly: report.Figure{Now: 1204, Before: 1162, Error: 0.016},
		Series:  series(days, noon, 1), Members: places(a.people, 1204, 0, 10), Channels: places(a.channels, 5870, 0, 10),
	}
	if q.Period != report.All {
		o.Previous = series(days, noon.AddDate(0, 0, -days), 2)
	}
	return o, nil
}

func (a *almanac) Status(context.Context) (report.Status, error) {
	return report.Status{
		Since: noon, Version: "1.2.3", Reader: "native", Store: "postgres",
		Counters: []report.Counter{
			{Name: "events_journaled_total", Help: "Events made durable.", Value: 962529},
			{Name: "events_dropped_total", Help: "Events lost.", Value: 0},
		},
		Lags: []report.Lag{{Cursor: "store", Next: 41, Behind: 7}},
	}, a.err
}

// stand is a dashboard with everything that tests hold of it.
type stand struct {
	t      testing.TB
	web    *web.Server
	http   *httptest.Server
	reader *almanac
	access *register
	clock  *clock
	log    *bytes.Buffer
}

func newStand(t testing.TB, change ...func(*web.Config)) *stand {
	t.Helper()
	return newStandAt(t, "127.0.0.1:0", change...)
}

func newStandAt(t testing.TB, addr string, change ...func(*web.Config)) *stand {
	t.Helper()
	st := &stand{t: t, reader: newAlmanac(), access: newRegister(), clock: &clock{at: noon}, log: new(bytes.Buffer)}
	st.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		st.web.Handler().ServeHTTP(w, r)
	}))
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = st.http.Listener.Close()
	st.http.Listener = listener
	c := web.Config{
		Reader: st.reader, Access: st.access, Now: st.clock.Now, Version: "1.2.3",
		PublicURL: "http://" + st.http.Listener.Addr().String(),
		Log:       slog.New(slog.NewJSONHandler(&locked{w: st.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&c)
	}
	if st.web, err = web.New(c); err != nil {
		t.Fatal(err)
	}
	st.http.Start()
	t.Cleanup(st.http.Close)
	return st
}

// lanAddress returns an address of this machine that is not loopback.
func lanAddress(t testing.TB) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() {
			return ip.IP.String()
		}
	}
	t.Fatal("this machine has no address but loopback: connect it to a network")
	return ""
}

// locked lets many write.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// visitor is somebody's browser: it keeps cookies and follows redirects within the
// dashboard.
type visitor struct {
	st     *stand
	client *http.Client
}

// secureJar gives Secure cookies back over loopback, as browsers do and
// net/http/cookiejar does not.
type secureJar struct{ *cookiejar.Jar }

func asHTTPS(u *url.URL) *url.URL {
	v := *u
	v.Scheme = "https"
	return &v
}

func (j secureJar) SetCookies(u *url.URL, c []*http.Cookie) { j.Jar.SetCookies(asHTTPS(u), c) }
func (j secureJar) Cookies(u *url.URL) []*http.Cookie       { return j.Jar.Cookies(asHTTPS(u)) }

func (st *stand) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		st.t.Fatal(err)
	}
	client := st.http.Client()
	return &visitor{st, &http.Client{Transport: client.Transport, Jar: secureJar{jar}}}
}

// signedIn returns the browser of a person who has followed a link.
func (st *stand) signedIn(guild, user uint64) *visitor {
	st.t.Helper()
	v := st.visitor()
	if res, body := v.redeem(st.link(guild, user)); res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNotFound {
		st.t.Fatalf("sign in: %s\n%s", res.Status, body)
	}
	return v
}

func (st *stand) link(guild, user uint64) string {
	st.t.Helper()
	address, err := st.web.Link(st.t.Context(), guild, user, 0)
	if err != nil {
		st.t.Fatal(err)
	}
	return address
}

func (v *visitor) redeem(link string) (*http.Response, string) {
	v.st.t.Helper()
	return v.post("/sign-in", url.Values{"secret": {link[strings.LastIndexByte(link, '/')+1:]}})
}

func (v *visitor) do(req *http.Request) (*http.Response, string) {
	v.st.t.Helper()
	res, err := v.client.Do(req)
	if err != nil {
		v.st.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.st.t.Fatal(err)
	}
	return res, string(body)
}

func (v *visitor) request(method, path string, body io.Reader) *http.Request {
	v.st.t.Helper()
	req, err := http.NewRequestWithContext(v.st.t.Context(), method, v.st.http.URL+path, body)
	if err != nil {
		v.st.t.Fatal(err)
	}
	return req
}

func (v *visitor) get(path string) (*http.Response, string) {
	v.st.t.Helper()
	return v.do(v.request(http.MethodGet, path, http.NoBody))
}

func (v *visitor) post(path string, form url.Values) (*http.Response, string) {
	v.st.t.Helper()
	req := v.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(req)
}

func guildPage(id uint64, rest string) string { return fmt.Sprintf("/g/%d/%s", id, rest) }
