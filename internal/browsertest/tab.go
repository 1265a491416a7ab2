//go:build browser

package browsertest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is a page in a profile of its own: it shares no cookie with other tabs. Its
// methods fail the test on any error.
type Tab struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // in chromedp a context is the tab

	mu         sync.Mutex
	complaints []string
}

// Tab opens one, until the test ends.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	tab := &Tab{t: t}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.hear))
	t.Cleanup(cancel)
	tab.ctx = ctx
	tab.do(chromedp.Navigate("about:blank"))
	return tab
}

// hear takes down what a page complains of: exceptions, dialogs, errors and
// warnings of the console, refusals of a policy.
func (tab *Tab) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		tab.complain("exception: %s", e.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		tab.complain("dialog: %s", e.Message)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			tab.complain("console %s", e.Type)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			tab.complain("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
}

func (tab *Tab) complain(format string, args ...any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.complaints = append(tab.complaints, fmt.Sprintf(format, args...))
}

// Complaints returns everything that pages complained of so far, and begins anew.
func (tab *Tab) Complaints() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	all := tab.complaints
	tab.complaints = nil
	return all
}

func (tab *Tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, actions...); err != nil {
		tab.t.Fatal(err)
	}
}

// Open goes to an address and waits until it is loaded.
func (tab *Tab) Open(address string) {
	tab.t.Helper()
	tab.do(chromedp.Navigate(address))
}

// Click clicks the first element that a CSS selector finds.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.do(chromedp.Click(selector))
}

// Await waits until a CSS selector finds something that is seen.
func (tab *Tab) Await(selector string) {
	tab.t.Helper()
	tab.do(chromedp.WaitVisible(selector))
}

// Location returns the page's address.
func (tab *Tab) Location() string {
	tab.t.Helper()
	return run(tab, chromedp.Location())
}

// Size sets the width and height of the window, in CSS pixels.
func (tab *Tab) Size(width, height int64) {
	tab.t.Helper()
	tab.do(chromedp.EmulateViewport(width, height))
}

// Dark chooses the scheme of colours that the person prefers.
func (tab *Tab) Dark(dark bool) {
	tab.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// NoScripts turns scripts off.
func (tab *Tab) NoScripts() {
	tab.t.Helper()
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Point moves the pointer.
func (tab *Tab) Point(x, y float64) {
	tab.t.Helper()
	tab.do(chromedp.MouseEvent("mouseMoved", x, y))
}

// Shot writes a picture of the whole page.
func (tab *Tab) Shot(file string) {
	tab.t.Helper()
	b := run(tab, chromedp.FullScreenshot(100))
	if err := os.WriteFile(file, b, 0o600); err != nil {
		tab.t.Fatal(err)
	}
}

// Eval runs JavaScript and returns what it comes to; promises are awaited.
func Eval[T any](tab *Tab, script string) T {
	tab.t.Helper()
	return run(tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}
