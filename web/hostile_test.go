//go:build browser

package web_test

import (
	"fmt"
	"strings"
	"testing"

	"guildpulse/internal/browsertest"
	"guildpulse/web"
)

// run is what each payload would do if it ran.
const run = "window.ran=1"

// payloads are 500 names that try to become markup, script, style or structure.
func payloads() []string {
	breakouts := []string{"", `"`, `'`, "`", `">`, `'>`, `-->`, `</title>`, `</textarea>`, `</script>`, `</style>`, `</svg>`, `]]>`, `</bdi>`, `</td></tr></table>`, "\\\"", `&quot;>`, `{{`, `}}`, "\u2028"}
	attacks := []string{
		`<script>%s</script>`, `<img src=x onerror=%s>`, `<svg onload=%s>`, `<svg><script>%s</script></svg>`, `<body onload=%s>`,
		`<iframe srcdoc="<script>parent.ran=1</script>">`, `<a href="javascript:%s">x</a>`, `<math><mi xlink:href="data:x,<script>%s</script>">`,
		`<details open ontoggle=%s>`, `<input autofocus onfocus=%s>`, `<video><source onerror=%s></video>`, `<style>@import 'http://127.0.0.1:9/x'</style>`,
		`<link rel=stylesheet href=//127.0.0.1:9/x>`, `<meta http-equiv=refresh content="0;url=javascript:%s">`, `<object data="javascript:%s">`,
		`<form><button formaction="javascript:%s">x</button></form>`, `<base href=//127.0.0.1:9/>`, ` onmouseover=%s x=`, `${%s}`, `{{constructor.constructor('%s')()}}`,
		`<scr<script>ipt>%s</scr</script>ipt>`, "<img src=x onerror\x00=%s>", `＜script＞%s＜/script＞`, `<!--<img src="--><img src=x onerror=%s//">`, `<noscript><p title="</noscript><img src=x onerror=%s>">`,
	}
	var all []string
	for _, b := range breakouts {
		for _, a := range attacks {
			all = append(all, b+strings.ReplaceAll(a, "%s", run))
		}
	}
	return all
}

// 500 hostile names through every place where a page shows a name: none runs, none
// becomes markup, and each is read as it was typed.
func TestBrowserHostileNames(t *testing.T) {
	names := payloads()
	if len(names) != 500 {
		t.Fatalf("%d payloads", len(names))
	}
	st := newStand(t)
	tab := browsertest.Start(t).Tab(t)
	signTabIn(st, tab)
	const batch = 25
	seen := 0
	for from := 0; from < len(names); from += batch {
		some := names[from : from+batch]
		st.reader.people, st.reader.channels, st.reader.guildName = some, some, some[0]
		st.access.name(home, some[1], some[2])
		st.clock.Advance(web.AccessTTL)
		for _, path := range []string{guildPage(home, ""), guildPage(home, "?period=12m"), guildPage(home, "members"), "/"} {
			tab.Open(st.http.URL + path)
			if browsertest.Eval[bool](tab, `"ran" in window || frames.length > 0 || [...document.scripts].some((s) => !s.src.startsWith(origin)) || !!document.querySelector("base, meta[http-equiv], iframe, object, video, math, style")`) {
				t.Fatalf("%s: something of %q runs or became markup", path, some)
			}
			for _, c := range tab.Complaints() {
				t.Errorf("%s, names from %d: %s", path, from, c)
			}
		}
		tab.Open(st.http.URL + guildPage(home, "members"))
		shown := browsertest.Eval[[]string](tab, `[...document.querySelectorAll("table.ranking tbody bdi")].map((e) => e.textContent)`)
		for i, name := range some {
			if want := strings.ReplaceAll(name, "\x00", "\uFFFD"); i < len(shown) && shown[i] != want {
				t.Errorf("%q is read as %q", name, shown[i])
			}
			seen++
		}
	}
	if seen != len(names) {
		t.Errorf("%d names seen", seen)
	}
}

// The test above would notice: the same names as markup do run.
func TestBrowserHostileNamesWouldRun(t *testing.T) {
	tab := browsertest.Start(t).Tab(t)
	ran := 0
	for _, name := range payloads()[:25] {
		tab.Open("about:blank")
		ran += browsertest.Eval[int](tab, fmt.Sprintf(`(() => { delete window.ran; document.body.append(document.createRange().createContextualFragment(%q)); return new Promise((d) => setTimeout(() => d("ran" in window ? 1 : 0), 50)) })()`, name))
	}
	if ran < 5 {
		t.Errorf("only %d of 25 run where nothing stops them", ran)
	}
}
