package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// CustomerPage is a page of customers.
type CustomerPage struct {
	Results    []Customer `json:"results"     binding:"required"`
	NextCursor *string    `json:"next_cursor" binding:"required" extensions:"x-nullable"`              // null at the end
	Total      *int       `json:"total"       binding:"required" extensions:"x-nullable" example:"20"` // of all pages; null where counting would cost more than the page
} //	@name	CustomerPage

// customerMark is the cursor of the customers' list: the sort that it belongs to, and the last
// customer seen. Only one of Text and At is used: that of the sort.
type customerMark struct {
	Sort string `json:"sort"`
	ID   int64  `json:"id"`
	Text string `json:"text,omitempty"`
	At   int64  `json:"at,omitempty"` // microseconds since 1970
}

// index lists customers.
//
//	@ID			listCustomers
//	@Summary	List customers
//	@Tags		customers
//	@Security	session
//	@Produce	json
//	@Param		limit	query		int		false	"items in the page"	minimum(1)	maximum(1000)	default(100)
//	@Param		cursor	query		string	false	"next_cursor of the page before"
//	@Param		sort	query		string	false	"by what; - in front: descending"	Enums(id, -id, name, -name, email, -email, created_at, -created_at)	default(id)
//	@Success	200		{object}	CustomerPage
//	@Failure	400		{object}	Problem	"invalid_parameter"
//	@Failure	401		{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403		{object}	Problem	"user_disabled"
//	@Failure	500		{object}	Problem	"internal_error"
//	@Failure	503		{object}	Problem	"unavailable"
//	@Router		/customer [get]
func (h *customersHandler) index(c *gin.Context) error {
	q := queryOf(c)
	ask := q.customers()
	if q.err != nil {
		return q.err
	}
	page, err := h.list.Do(c.Request.Context(), ask)
	if err != nil {
		return err
	}
	out := CustomerPage{Results: make([]Customer, 0, len(page.Items))}
	var mark customerMark
	for i := range page.Items {
		out.Results = append(out.Results, customerOf(&page.Items[i]))
		mark = customerMarkOf(ask, &page.Items[i])
	}
	if page.Total >= 0 {
		out.Total = &page.Total
	}
	if out.NextCursor, err = q.nextCursor(page.More, mark); err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// customers reads what to list. A cursor brings its sort along; another one beside it is refused.
func (q *query) customers() port.CustomerQuery {
	var mark customerMark
	sort := q.text("sort")
	continues := q.cursor(&mark)
	if continues {
		if sort != "" && sort != mark.Sort {
			q.fail("cursor", "belongs to another sort")
		}
		sort = mark.Sort
	}
	if sort == "" {
		sort = string(port.CustomersByID)
	}
	by, descending := strings.CutPrefix(sort, "-")
	ask := port.CustomerQuery{Sort: port.CustomerSort(by), Descending: descending, Limit: q.limit()}
	switch ask.Sort {
	case port.CustomersByID, port.CustomersByName, port.CustomersByEmail, port.CustomersByCreatedAt:
	default:
		q.fail("sort", "must be id, name, email or created_at, with - in front for descending")
	}
	if continues {
		ask.After = q.customerMark(ask.Sort, mark)
	}
	return ask
}

func (q *query) customerMark(by port.CustomerSort, mark customerMark) *port.CustomerMark {
	if mark.ID < 1 || strings.ContainsRune(mark.Text, 0) {
		q.fail("cursor", "is not one of this list: use next_cursor of the page before")
	}
	after := port.CustomerMark{ID: domain.CustomerID(mark.ID)}
	switch by {
	case port.CustomersByName:
		after.Name = mark.Text
	case port.CustomersByEmail:
		after.Email = mark.Text
	case port.CustomersByCreatedAt:
		after.CreatedAt = time.UnixMicro(mark.At).UTC()
	case port.CustomersByID:
	}
	return &after
}

func customerMarkOf(ask port.CustomerQuery, last *domain.Customer) customerMark {
	mark := customerMark{Sort: string(ask.Sort), ID: int64(last.ID())}
	if ask.Descending {
		mark.Sort = "-" + mark.Sort
	}
	switch ask.Sort {
	case port.CustomersByName:
		mark.Text = last.Name()
	case port.CustomersByEmail:
		mark.Text = last.Email()
	case port.CustomersByCreatedAt:
		mark.At = last.CreatedAt().UnixMicro()
	case port.CustomersByID:
	}
	return mark
}
