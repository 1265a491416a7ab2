//go:build browser

package browsertest

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// run runs an action of chromedp and returns its value.
func run[T any](tab *Tab, action chromedp.Action[T]) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, action)
	if err != nil {
		tab.t.Fatal(err)
	}
	return v
}

// call sends a command of the protocol.
func call[P, R any](tab *Tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	r, err := chromedp.Call(tab.ctx, command, params)
	if err != nil {
		tab.t.Fatal(err)
	}
	return r
}
