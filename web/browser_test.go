//go:build browser

package web_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guildpulse/internal/browsertest"
	"guildpulse/web"
)

// signTabIn signs a tab in as a member, the way people do: by the link's button.
func signTabIn(st *stand, tab *browsertest.Tab) {
	st.t.Helper()
	tab.Open(st.link(home, member))
	tab.Click(`form[action="/sign-in"] button`)
	tab.Await("nav.tabs")
	if at := tab.Location(); at != st.http.URL+guildPage(home, "") {
		st.t.Fatalf("signed in to %s", at)
	}
}

func quiet(t *testing.T, tab *browsertest.Tab, where string) {
	t.Helper()
	for _, c := range tab.Complaints() {
		t.Errorf("%s: %s", where, c)
	}
}

// needScripts fails a test of the bundle when it is not there.
func needScripts(t *testing.T, st *stand) {
	t.Helper()
	if !st.web.Scripts() {
		t.Fatal("built without the bundle of scripts: make assets")
	}
}

func TestBrowserSession(t *testing.T) {
	st := newStand(t)
	tab := browsertest.Start(t).Tab(t)
	signTabIn(st, tab)
	tab.Click(`nav.tabs a[href$="/members"]`)
	tab.Await("table.ranking")
	tab.Click(`a[rel="next"]`)
	tab.Await(`a[rel="prev"]`)
	tab.Click(`form[action="/sign-out"] button`)
	tab.Await(".hero")
	quiet(t, tab, "a walk through the pages")
	tab.Open(st.http.URL + guildPage(home, ""))
	if text := browsertest.Eval[string](tab, `document.querySelector("h1").textContent`); text != "Nothing to see here" {
		t.Errorf("after signing out: %q", text)
	}
}

// On a plain address in a network browsers send neither fetch metadata nor Secure
// cookies; signing in works all the same.
func TestBrowserOnPlainHTTP(t *testing.T) {
	address := lanAddress(t)
	st := newStandAt(t, address+":0", func(c *web.Config) { c.Insecure = true })
	tab := browsertest.Start(t).Tab(t)
	signTabIn(st, tab)
	tab.Click(`form[action="/sign-out"] button`)
	tab.Await(".hero")
}

func TestBrowserLiveChart(t *testing.T) {
	st := newStand(t)
	needScripts(t, st)
	tab := browsertest.Start(t).Tab(t)
	tab.Size(1200, 900)
	signTabIn(st, tab)
	for _, period := range []string{"today", "7d", "90d", "12m", "all"} {
		tab.Open(st.http.URL + guildPage(home, "?period="+period))
		tab.Await(".live canvas")
		at := browsertest.Eval[[]float64](tab, `(() => { const r = document.querySelector(".live .u-over").getBoundingClientRect(); return [r.x + r.width * 0.6, r.y + r.height / 2] })()`)
		tab.Point(at[0], at[1])
		tab.Await(".tip")
		tip := browsertest.Eval[string](tab, `document.querySelector(".tip").textContent`)
		row := browsertest.Eval[bool](tab, `[...document.querySelectorAll("#h-table tbody tr")].some((r) => { const t = document.querySelector(".tip").textContent; return t.startsWith(r.cells[0].textContent) && t.includes(r.cells[1].textContent + " messages") })`)
		if !row {
			t.Errorf("%s: the tip says %q, no row of the table does", period, tip)
		}
	}
	tab.Dark(true)
	tab.Size(500, 900)
	if width := browsertest.Eval[float64](tab, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector(".live canvas").getBoundingClientRect().width))))`); width > 500 || width < 300 {
		t.Errorf("the chart is %v wide in a window of 500", width)
	}
	quiet(t, tab, "the live chart")
}

func TestBrowserWithoutScripts(t *testing.T) {
	st := newStand(t)
	tab := browsertest.Start(t).Tab(t)
	tab.NoScripts()
	signTabIn(st, tab)
	tab.Await("svg.shape")
	tab.Click("details.data summary")
	tab.Await("#h-table")
	quiet(t, tab, "without scripts")
}

// The pages that people see, by what to call them in a file's name.
func lookAt(id uint64) map[string]string {
	return map[string]string{
		"overview": guildPage(id, "?period=30d"), "overview-12m": guildPage(id, "?period=12m"), "overview-today": guildPage(id, "?period=today"),
		"members": guildPage(id, "members?metric=messages&period=30d"), "members-score": guildPage(id, "members"),
		"home": "/", "notfound": "/nowhere",
	}
}

// Every page at every width, light and dark: nothing overflows, nothing is clumsy
// for people who do not see (axe-core), and pictures are kept for those who do, in
// GUILDPULSE_SHOTS if set.
func TestBrowserLooks(t *testing.T) {
	axe, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not here: npm ci: %v", err)
	}
	dir := os.Getenv("GUILDPULSE_SHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	st := newStand(t, func(c *web.Config) { c.Sample = true })
	browser := browsertest.Start(t)
	guest, tab := browser.Tab(t), browser.Tab(t)
	signTabIn(st, tab)
	look := func(tab *browsertest.Tab, name, path string) {
		for _, width := range []int64{390, 820, 1440} {
			for _, dark := range []bool{false, true} {
				file := name + "-" + strconv.FormatInt(width, 10) + map[bool]string{false: "-light", true: "-dark"}[dark]
				tab.Size(width, 900)
				tab.Dark(dark)
				tab.Open(st.http.URL + path)
				if over := browsertest.Eval[float64](tab, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
					t.Errorf("%s: %v pixels too wide", file, over)
				}
				tab.Shot(filepath.Join(dir, file+".png"))
				for _, v := range browsertest.Eval[[]string](tab, string(axe)+`; axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => v.id + ": " + v.help + " at " + v.nodes.map((n) => n.target).join(", ") + " " + v.nodes[0].failureSummary))`) {
					t.Errorf("%s: %s", file, v)
				}
				for _, c := range tab.Complaints() {
					if !strings.Contains(c, "404") {
						t.Errorf("%s: %s", file, c)
					}
				}
			}
		}
	}
	for name, path := range lookAt(home) {
		look(tab, name, path)
	}
	look(guest, "welcome", "/")
	look(guest, "link", strings.TrimPrefix(st.link(home, member), st.http.URL))
}
