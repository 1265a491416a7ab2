package web

import (
	"testing/fstest"

	"github.com/go-chi/chi/v5"
)

// Routes returns everything that is served, for tests that visit it all.
func (s *Server) Routes() chi.Routes { return s.handler.(chi.Routes) }

// Scripts reports whether the bundle of scripts is embedded.
func (s *Server) Scripts() bool { return s.assets.scripts }

// NewBundled is New with the bundle there, or, as in a clean clone, not.
func NewBundled(c Config, there bool) (*Server, error) {
	bundle := fstest.MapFS{"dist/.gitkeep": {}}
	if there {
		bundle["dist/app.js"] = &fstest.MapFile{Data: []byte("void 0")}
		bundle["dist/app.css"] = &fstest.MapFile{Data: []byte("a{}")}
	}
	return newServer(c, loadAssets(static, bundle))
}

// What is tested on its own.
var (
	Count     = count
	Duration  = duration
	ChangeOf  = changeOf
	Span      = span
	Scale     = scale
	Cell      = cell
	Monogram  = monogram
	ParseID   = parseID
	NewChart  = newChart
	NewSecret = newSecret
)

// Codec is how sessions are written.
type Codec = personCodec

// Vault is a vault of strings.
type Vault = vault[string]

// NewVault is newVault.
var NewVault = newVault[string]

// Put is put.
func (v *vault[T]) Put(value T) string { return v.put(value) }

// Take is take.
func (v *vault[T]) Take(secret string) (T, bool) { return v.take(secret) }

// Len returns how many are kept.
func (v *vault[T]) Len() int { return len(v.kept) }
