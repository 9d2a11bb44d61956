package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"latchkey/adapter/sqlstore"
)

// classify says what an error of the driver means. The driver tells of a lost connection by
// driver.ErrBadConn, also where the server took leave with a code, such as at a shutdown.
func classify(err error) sqlstore.Failure {
	if refused := pq.As(err); refused != nil {
		return classifyCode(refused.Code)
	}
	var onNet net.Error
	switch {
	case errors.As(err, &onNet),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded),
		isStandby(err):
		return sqlstore.FailureUnavailable
	}
	return sqlstore.FailureDefect
}

// isStandby reports whether the driver has turned a server down that is a standby; it has no
// type for that.
func isStandby(err error) bool {
	return strings.Contains(err.Error(), "server is in hot standby mode")
}

// classifyCode knows the codes of PostgreSQL, appendix A.
func classifyCode(code pqerror.Code) sqlstore.Failure {
	switch code {
	case pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected:
		return sqlstore.FailureConflict
	case pqerror.ReadOnlySQLTransaction, pqerror.FeatureNotSupported, // a standby, which lets nobody begin to write
		pqerror.LockNotAvailable, // the operator's lock_timeout
		pqerror.IdleInTransactionSessionTimeout:
		return sqlstore.FailureUnavailable
	default:
		return classifyClass(code.Class())
	}
}

func classifyClass(class pqerror.Class) sqlstore.Failure {
	switch class {
	case pqerror.ClassConnectionException,
		pqerror.ClassInsufficientResources, // disk, memory, connections
		pqerror.ClassOperatorIntervention,  // shutdown, start, statement time-out
		pqerror.ClassSystemError:           // input and output
		return sqlstore.FailureUnavailable
	case pqerror.ClassInvalidAuthorizationSpecification, pqerror.ClassInvalidCatalogName: // not let in any more
		return sqlstore.FailureUnavailable
	default:
		return sqlstore.FailureDefect
	}
}
