package postgres

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// tracer counts what is sent to the server. pgx calls it for every statement,
// BEGIN and COMMIT included, but for those that go past pgx.Conn, which call it
// themselves.
type tracer struct {
	transactions, statements, rows, batches atomic.Uint64
}

var (
	_ pgx.QueryTracer = (*tracer)(nil)
	_ pgx.BatchTracer = (*tracer)(nil)
)

func (t *tracer) stats() persist.Stats {
	return persist.Stats{
		Transactions: t.transactions.Load(),
		Statements:   t.statements.Load(),
		Rows:         t.rows.Load(),
		Batches:      t.batches.Load(),
	}
}

const idle = 'I' // PostgreSQL's word for a connection outside a transaction

// sent counts n statements. The first after an idle moment begins a transaction,
// be it with a BEGIN or by itself.
func (t *tracer) sent(conn *pgx.Conn, n int) {
	t.statements.Add(uint64(n)) // a length
	if conn.PgConn().TxStatus() == idle {
		t.transactions.Add(1)
	}
}

func (t *tracer) committed(b *persist.Batch) {
	t.batches.Add(1)
	t.rows.Add(uint64(len(b.Rows) + len(b.Days) + len(b.Months)))
}

// TraceQueryStart is called with each statement that is sent on its own.
func (t *tracer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	t.sent(conn, 1)
	return ctx
}

// TraceBatchStart is called with each pipeline of statements.
func (t *tracer) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	t.sent(conn, data.Batch.Len())
	return ctx
}

// TraceQueryEnd has nothing to count.
func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchQuery has nothing to count.
func (t *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd has nothing to count.
func (t *tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
