package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guildpulse/internal/report"
)

func apiPath(id uint64, rest string) string { return fmt.Sprintf("/api/v1/guilds/%d/%s", id, rest) }

func TestAPI(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	var o struct {
		Guild, Name string
		Messages    struct{ Now, Before float64 }
		Unique7d    struct{ Now, Error float64 } `json:"unique_7d"`
		Days        []struct {
			Day   string
			Value float64
		} `json:"messages_by_day"`
		Window struct {
			Zone string
			Gaps []struct{ State string }
		}
	}
	res, body := v.get(apiPath(home, "overview?period=30d"))
	if err := json.Unmarshal([]byte(body), &o); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v: %s", res.Status, err, body)
	}
	if o.Guild != "1100000000000000100" || o.Messages.Now != 12480 || o.Unique7d.Error != 0.016 || len(o.Days) != 30 ||
		o.Days[29].Day != "2026-11-21" || o.Window.Zone != "Europe/Vienna" || len(o.Window.Gaps) != 2 {
		t.Errorf("%+v", o)
	}
	var l struct {
		Subject, Metric string
		Total           int
		Sum             float64
		Places          []struct {
			Rank     int
			ID, Name string
			Value    float64
		}
	}
	for path, want := range map[string]string{
		"leaderboard": "members score 137 0 50 1",
		"leaderboard?metric=voice&offset=130&limit=100":    "members voice 137 40000 7 131",
		"leaderboard?subject=channels&period=all&limit=10": "channels messages 10 40000 10 1",
	} {
		l.Sum, l.Places = 0, nil
		res, body := v.get(apiPath(home, path))
		if err := json.Unmarshal([]byte(body), &l); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v: %s", path, res.Status, err, body)
		}
		if got := fmt.Sprint(l.Subject, " ", l.Metric, " ", l.Total, " ", l.Sum, " ", len(l.Places), " ", l.Places[0].Rank); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestAPIProblems(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	for _, test := range []struct {
		path string
		err  error
		want int
	}{
		{"overview?period=8d", nil, http.StatusUnprocessableEntity},
		{"overview?perod=7d", nil, http.StatusUnprocessableEntity},
		{"leaderboard?limit=0", nil, http.StatusUnprocessableEntity},
		{"leaderboard?limit=101", nil, http.StatusUnprocessableEntity},
		{"leaderboard?offset=-1", nil, http.StatusUnprocessableEntity},
		{"leaderboard?metric=karma", nil, http.StatusUnprocessableEntity},
		{"leaderboard?subject=channels&metric=score", nil, http.StatusBadRequest},
		{"nothing", nil, http.StatusNotFound},
		{"overview", report.ErrNoGuild, http.StatusNotFound},
		{"overview", report.ErrRebuilding, http.StatusServiceUnavailable},
		{"leaderboard", errors.New("secret of host db-17"), http.StatusInternalServerError},
	} {
		st.reader.err = test.err
		res, body := v.get(apiPath(home, test.path))
		var p struct {
			Status int
			Title  string
		}
		err := json.Unmarshal([]byte(body), &p)
		if res.StatusCode != test.want || res.Header.Get("Content-Type") != "application/problem+json" || err != nil || p.Status != test.want || p.Title == "" {
			t.Errorf("%s: %s, %v: %s", test.path, res.Status, err, body)
		}
		if strings.Contains(body, "db-17") {
			t.Errorf("%s: %s", test.path, body)
		}
		if retry := res.Header.Get("Retry-After"); (retry != "") != (test.want == http.StatusServiceUnavailable) {
			t.Errorf("%s: Retry-After %q", test.path, retry)
		}
	}
}

// The description names every operation that is served below guilds/, and its
// answers bear the properties that it requires, and no others.
func TestOpenAPI(t *testing.T) {
	st := newStand(t)
	v := st.signedIn(home, member)
	_, body := v.get("/api/v1/openapi.json")
	var d struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					} `json:"schema"`
				} `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any `json:"properties"`
				Required   []string       `json:"required"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1") || len(d.Paths) != 2 {
		t.Fatalf("version %s, %d paths", d.OpenAPI, len(d.Paths))
	}
	for path, operations := range d.Paths {
		res, body := v.get("/api/v1" + strings.ReplaceAll(path, "{guild}", fmt.Sprint(home)))
		var answer map[string]any
		if err := json.Unmarshal([]byte(body), &answer); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, res.Status, err)
		}
		ref := operations["get"].Responses["200"].Content["application/json"].Schema.Ref
		schema := d.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]]
		if len(schema.Required) == 0 {
			t.Fatalf("%s: no schema %q", path, ref)
		}
		for key := range answer {
			if schema.Properties[key] == nil {
				t.Errorf("%s: %s is not described", path, key)
			}
		}
		for _, key := range schema.Required {
			if _, ok := answer[key]; !ok {
				t.Errorf("%s: %s is missing", path, key)
			}
		}
		for _, status := range []string{"404", "503"} {
			if !slices.Contains(keys(operations["get"].Responses), status) {
				t.Errorf("%s: %s is not described", path, status)
			}
		}
	}
}

func keys[V any](m map[string]V) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	return all
}
