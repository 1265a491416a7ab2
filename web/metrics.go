package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guildpulse/internal/report"
)

// MetricsServer shows the counters to Prometheus, and profiles of the process, on
// a listener of its own. It asks for no credential: it refuses every address that
// is not loopback.
type MetricsServer struct {
	addr    string
	log     *slog.Logger
	handler http.Handler
}

// NewMetricsServer returns a server of /metrics and /debug/pprof that does not
// listen yet. The error wraps [ErrConfig]. Nothing is logged if log is nil.
func NewMetricsServer(addr string, reader report.Reader, log *slog.Logger) (*MetricsServer, error) {
	if err := loopback(addr); err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", newMetrics(prometheus.NewRegistry(), reader))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return &MetricsServer{addr: addr, log: log, handler: onlyLocal(mux)}, nil
}

func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%w: metrics address: %w", ErrConfig, err)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("%w: metrics address %s is open to others and asks for no password: use 127.0.0.1", ErrConfig, addr)
	}
	return nil
}

// onlyLocal refuses names that a foreign site has pointed at loopback (DNS
// rebinding).
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if loopback(net.JoinHostPort(host, "0")) != nil {
			plain(w, http.StatusForbidden, "ask by a loopback address")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Handler serves the counters; for tests.
func (m *MetricsServer) Handler() http.Handler { return m.handler }

// Run serves until ctx ends.
func (m *MetricsServer) Run(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", m.addr)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	m.log.Info("metrics listen", "address", l.Addr().String())
	return serve(ctx, l, m.handler, m.log)
}

// newMetrics registers what a Reader tells of the counting, and what the runtime
// tells of the process.
func newMetrics(registry *prometheus.Registry, reader report.Reader) http.Handler {
	registry.MustRegister(
		&statusCollector{reader: reader},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// statusCollector asks a Reader for its status at every scrape. Its counters are
// named by the Reader, so that they are not described beforehand. No name of a
// person or a server is among the labels.
type statusCollector struct{ reader report.Reader }

const metricPrefix = "guildpulse_"

var (
	lagDesc  = prometheus.NewDesc(metricPrefix+"cursor_behind", "Records between the journal's end and a cursor.", []string{"cursor"}, nil)
	infoDesc = prometheus.NewDesc(metricPrefix+"info", "What runs; always 1.", []string{"version", "reader", "store"}, nil)
)

// Describe implements [prometheus.Collector]: unchecked.
func (*statusCollector) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (c *statusCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	s, err := c.reader.Status(ctx)
	if err != nil {
		err = fmt.Errorf("read status: %w", err)
		out <- prometheus.NewInvalidMetric(prometheus.NewInvalidDesc(err), err)
		return
	}
	out <- prometheus.MustNewConstMetric(infoDesc, prometheus.GaugeValue, 1, s.Version, s.Reader, s.Store)
	for _, n := range s.Counters {
		desc := prometheus.NewDesc(metricPrefix+n.Name, n.Help, nil, nil)
		m, err := prometheus.NewConstMetric(desc, prometheus.CounterValue, float64(n.Value))
		if err != nil {
			m = prometheus.NewInvalidMetric(desc, err)
		}
		out <- m
	}
	for _, l := range s.Lags {
		out <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(l.Behind), l.Cursor)
	}
}
