package web

import (
	"encoding/csv"
	"net/http"
	"path"
	"strconv"
	"strings"

	"guildpulse/internal/report"
)

// cell makes text harmless in a spreadsheet: what would begin a formula is led by
// an apostrophe. Quoting (RFC 4180) is the writer's.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

func (s *Server) writeCSV(w http.ResponseWriter, r *http.Request, name string, rows [][]string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.WriteAll(rows); err != nil {
		s.cfg.Log.DebugContext(r.Context(), "file cut short", "error", err)
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// seriesCSV answers GET /g/{guild}/messages.csv: the chart's days.
func (s *Server) seriesCSV(w http.ResponseWriter, r *http.Request) {
	o, err := s.askOverview(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows := [][]string{{"day", "messages", "messages_period_before"}}
	for _, d := range chartDays(o) {
		before := ""
		if d.Known {
			before = number(d.Before)
		}
		rows = append(rows, []string{d.Day, number(d.Now), before})
	}
	s.writeCSV(w, r, "messages-"+string(o.Window.Period), rows)
}

// maxCSVPages of report.MaxLimit places each go into a file.
const maxCSVPages = 100

// topCSV answers GET /g/{guild}/members.csv and channels.csv.
func (s *Server) topCSV(w http.ResponseWriter, r *http.Request) {
	of := report.Subject(strings.TrimSuffix(path.Base(r.URL.Path), ".csv"))
	q, err := parseTop(r, of, report.MaxLimit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows := [][]string{{"rank", "id", "name", string(q.Metric)}}
	for range maxCSVPages {
		t, err := s.cfg.Reader.Top(r.Context(), q)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		for _, p := range t.Places {
			rows = append(rows, []string{strconv.Itoa(p.Rank), formatID(p.ID), cell(p.Name), number(p.Value)})
		}
		q.Offset += len(t.Places)
		if len(t.Places) < q.Limit || q.Offset >= t.Total {
			break
		}
	}
	s.writeCSV(w, r, string(of)+"-"+string(q.Metric), rows)
}
