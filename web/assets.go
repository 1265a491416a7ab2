package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// static holds what is ours and needs no building.
//
//go:embed static
var static embed.FS

// dist holds what `make assets` bundles; in a clean clone it is empty.
//
//go:embed all:dist
var dist embed.FS

//go:embed templates
var templates embed.FS

// assets are the files that pages refer to, under names that change with what is
// in them, so that a browser may keep them for ever.
type assets struct {
	files   map[string]asset  // by the name served
	names   map[string]string // the name served, by the file's own
	scripts bool              // the bundle is there
}

type asset struct {
	kind string
	body []byte
}

var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

// loadAssets takes in what is ours and, where it was built, the bundle.
func loadAssets(ours, bundle fs.FS) *assets {
	a := &assets{files: make(map[string]asset), names: make(map[string]string)}
	a.load(ours, "static")
	a.load(bundle, "dist")
	a.scripts = a.names["app.js"] != ""
	return a
}

// load takes in a folder of what is embedded. It cannot fail at run time.
func (a *assets) load(from fs.FS, dir string) {
	entries, err := fs.ReadDir(from, dir)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		kind, ok := assetKinds[path.Ext(e.Name())]
		if !ok {
			continue
		}
		body, err := fs.ReadFile(from, path.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.files[name] = asset{kind, body}
		a.names[e.Name()] = name
	}
}

// path returns where a file is served; empty if it is not there.
func (a *assets) path(file string) string {
	if name := a.names[file]; name != "" {
		return "/static/" + name
	}
	return ""
}

// serve answers GET /static/…
func (a *assets) serve(notFound http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := a.files[strings.TrimPrefix(r.URL.Path, "/static/")]
		if !ok {
			notFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.kind)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(f.body)
	}
}
