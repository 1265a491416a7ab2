package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"guildpulse/persist"
)

// failure marks errors after which trying later makes sense as
// persist.ErrUnavailable, and what came of the caller's own context as the
// context's. Both keep their cause.
func failure(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, persist.ErrUnavailable):
		return err
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	case ctx.Err() == nil && passing(err):
		return fmt.Errorf("%w: %w", persist.ErrUnavailable, err)
	}
	return err
}

func passing(err error) bool {
	if told, ok := errors.AsType[*pgconn.PgError](err); ok {
		return passingState(told.Code)
	}
	return disconnected(err)
}

// passingState tells from an SQLSTATE whether the same may succeed later.
func passingState(code string) bool {
	switch code {
	case "40001", // serialization_failure
		"40003", // statement_completion_unknown
		"40P01", // deadlock_detected
		"55P03", // lock_not_available
		"57014", // query_canceled: by a timeout or an operator
		"57P01", // admin_shutdown
		"57P02", // crash_shutdown
		"57P03", // cannot_connect_now
		"57P05", // idle_session_timeout
		"25P03", // idle_in_transaction_session_timeout
		"25P04", // transaction_timeout
		"25006": // read_only_sql_transaction: the primary has become a standby
		return true
	}
	switch code[:min(2, len(code))] {
	case "08", // connection exceptions
		"53": // too many connections, out of memory, disk full
		return true
	}
	return false
}

// disconnected tells an error of the connection from one of ours, as a value that
// cannot be encoded.
func disconnected(err error) bool {
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, pgconn.ErrConnClosed} {
		if errors.Is(err, sign) {
			return true
		}
	}
	_, network := errors.AsType[net.Error](err)
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return network || refused || pgconn.Timeout(err)
}
