// Package browsertest looks at pages in a real browser: it runs a headless
// Chromium, opens tabs that share nothing, and hands over everything that a page
// complained of. For tests alone.
//
// Everything but this page is behind the build tag browser:
//
//	go test -tags browser ./web
//
// A test that finds no Chromium fails, and says how to get one.
package browsertest
