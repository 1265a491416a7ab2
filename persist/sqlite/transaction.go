package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// transaction counts what it sends.
type transaction struct {
	*sql.Tx
	stats *counters
}

// write runs f in a transaction of the writer, which is committed if f succeeds.
func (s *Store) write(ctx context.Context, f func(*transaction) error) error {
	return s.within(ctx, s.writer, nil, f)
}

// read runs f in a transaction that cannot write. What it reads first sets its
// snapshot.
func (s *Store) read(ctx context.Context, f func(*transaction) error) error {
	return s.within(ctx, s.readers, &sql.TxOptions{ReadOnly: true}, f)
}

func (s *Store) within(ctx context.Context, db *sql.DB, options *sql.TxOptions, f func(*transaction) error) error {
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	s.stats.transactions.Add(1)
	s.stats.statements.Add(2)            // BEGIN, and COMMIT or ROLLBACK
	defer func() { _ = tx.Rollback() }() // undoes what is not committed
	if err := f(&transaction{tx, &s.stats}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (tx *transaction) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	tx.stats.statements.Add(1)
	return tx.ExecContext(ctx, query, args...)
}

// each runs a statement for every item.
func each[T any](ctx context.Context, tx *transaction, query string, items []T, args func(*T) []any) (err error) {
	if len(items) == 0 {
		return nil
	}
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for i := range items {
		tx.stats.statements.Add(1)
		if _, err := statement.ExecContext(ctx, args(&items[i])...); err != nil {
			return err
		}
	}
	return nil
}

// runRows is how many rows one statement takes: beyond some dozens more gain
// nothing.
const runRows = 64

// bulk runs a statement with {rows} for its VALUES, for some dozens of items at a
// time. args appends the values of one item.
func bulk[T any](ctx context.Context, tx *transaction, query string, items []T, args func([]any, *T) []any) error {
	whole := len(items) / runRows * runRows
	if err := runs(ctx, tx, query, items[:whole], runRows, args); err != nil {
		return err
	}
	return runs(ctx, tx, query, items[whole:], len(items)-whole, args)
}

// runs repeats a statement for n items at a time, of which there is a multiple.
func runs[T any](ctx context.Context, tx *transaction, query string, items []T, n int, args func([]any, *T) []any) (err error) {
	if len(items) == 0 {
		return nil
	}
	columns := len(args(nil, &items[0]))
	statement, err := tx.PrepareContext(ctx, strings.Replace(query, "{rows}", placeholders(n, columns), 1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	values := make([]any, 0, n*columns)
	for ; len(items) > 0; items = items[n:] {
		values = values[:0]
		for i := range items[:n] {
			values = args(values, &items[i])
		}
		tx.stats.statements.Add(1)
		if _, err := statement.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}

// placeholders returns (?,?),(?,?),… for some rows of some columns.
func placeholders(rows, columns int) string {
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	return strings.Repeat(row+",", rows-1) + row
}

// collect reads a query's whole answer.
func collect[T any](ctx context.Context, tx *transaction, what, query string, scan func(*sql.Rows, *T) error, args ...any) ([]T, error) {
	var items []T
	err := tx.stream(ctx, query, func(rows *sql.Rows) error {
		var item T
		if err := scan(rows, &item); err != nil {
			return err
		}
		items = append(items, item)
		return nil
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, failure(ctx, err))
	}
	return items, nil
}

// stream hands over a query's answer row by row. An error of row is passed on as
// it is.
func (tx *transaction) stream(ctx context.Context, query string, row func(*sql.Rows) error, args ...any) error {
	tx.stats.statements.Add(1)
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its error is rows.Err's
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
