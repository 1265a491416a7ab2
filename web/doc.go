// Package web is the dashboard: pages that the server renders whole, the same
// figures as JSON and CSV, and the sign-in that says who may see which of them.
//
// # Who sees what
//
// A person is known by a session, which begins with a one-time link from Discord
// ([Server.Link]) or with Discord's OAuth2. Whether that person may see a server
// is decided anew by every request, in one middleware, from the server's id in the
// path and from what the bot itself knows ([Access]), never from what a browser
// says. An answer of Access is trusted for [AccessTTL]; when it cannot be had, the
// door is closed. Whatever is not allowed looks like whatever does not exist: one
// 404, the same bytes for everybody.
//
// # What is promised
//
//   - No request changes anything by GET, apart from the end of OAuth2's way,
//     which is bound to the browser that began it. A link that a preview opens
//     stays good.
//   - Secrets (sessions, links, states) are 256 random bits and are kept hashed.
//   - Every name is hostile: it reaches a page through html/template and a script
//     as text alone; a cell of a CSV file never begins a formula.
//   - The policy of content allows this origin only, no inline script or style,
//     and no sink that takes a string for markup (Trusted Types).
//   - A page is whole without scripts: charts are SVG, each beside a table and a
//     CSV file. With scripts the same chart answers to the pointer. A binary built
//     without the bundle of scripts says so and serves everything else.
//   - Nothing is fetched from another host, by the server or by the browser.
//   - Bodies, headers, time and requests a minute are bounded.
//
// The package reads figures from [report.Reader] and knows nothing of how they are
// kept.
package web
