package openapicheck

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Errors of a check. The text says where and what.
var (
	ErrDescription = errors.New("not a description")
	ErrOperation   = errors.New("no such operation")
	ErrPath        = errors.New("wrong path")
	ErrQuery       = errors.New("wrong query")
	ErrBody        = errors.New("wrong body")
)

// Checker checks requests against one description. Safe for concurrent use.
type Checker struct {
	operations []*operation
	exemptions []Exemption

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
	counts   map[string]int
}

// Load makes a Checker of a file, gzipped or not.
func Load(path string, exemptions ...Exemption) (*Checker, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load a description: %w", err)
	}
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		if b, err = unzip(b); err != nil {
			return nil, fmt.Errorf("unzip %s: %w", path, err)
		}
	}
	return New(b, exemptions...)
}

func unzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// New makes a Checker of a description's JSON.
func New(description []byte, exemptions ...Exemption) (*Checker, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(description))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDescription, err)
	}
	root, ok := doc.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%w: no object", ErrDescription)
	}
	closeObjects(doc)
	c := &Checker{
		exemptions: exemptions, operations: operationsOf(root), compiler: jsonschema.NewCompiler(),
		schemas: make(map[string]*jsonschema.Schema), counts: make(map[string]int),
	}
	if len(c.operations) == 0 {
		return nil, fmt.Errorf("%w: no operations", ErrDescription)
	}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := c.compiler.AddResource(resource, doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDescription, err)
	}
	return c, nil
}

// resource is what the description is called among schemas.
const resource = "description.json"

// closeObjects makes every object with listed properties take no others. What is
// put together of parts (allOf) is left: the parts would exclude each other.
func closeObjects(node any) {
	switch x := node.(type) {
	case []any:
		for _, v := range x {
			closeObjects(v)
		}
	case map[string]any:
		for key, v := range x {
			if parts, ok := v.([]any); ok && key == "allOf" && !isType(x, "integer") && len(parts) > 1 {
				continue
			}
			closeObjects(v)
		}
		_, listed := x["properties"].(map[string]any)
		_, told := x["additionalProperties"]
		if listed && !told && isType(x, "object") {
			x["additionalProperties"] = false
		}
	}
}

// isType reports whether a schema is for values of a type, maybe among others.
func isType(schema map[string]any, name string) bool {
	switch t := schema["type"].(type) {
	case string:
		return t == name
	case []any:
		for _, v := range t {
			if v == name {
				return true
			}
		}
	}
	return false
}

// validate checks a value against the schema at a pointer.
func (c *Checker) validate(pointer string, value any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.schemas[pointer]
	if !ok {
		var err error
		if s, err = c.compiler.Compile(resource + "#" + (&url.URL{Fragment: pointer}).EscapedFragment()); err != nil {
			return fmt.Errorf("%w: schema at %s: %w", ErrDescription, pointer, err)
		}
		c.schemas[pointer] = s
	}
	return s.Validate(value)
}

// pointer joins the steps of a JSON pointer.
func pointer(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}
