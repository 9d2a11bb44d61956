package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
)

// Customer is somebody that the business deals with.
type Customer struct {
	ID        int64     `json:"id"         binding:"required" example:"1"`
	Name      string    `json:"name"       binding:"required" example:"Grace Hopper"`
	Email     string    `json:"email"      binding:"required" example:"grace@example.com"`
	CreatedAt time.Time `json:"created_at" binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
	UpdatedAt time.Time `json:"updated_at" binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
} //	@name	Customer

// CustomerRequest is what a customer is to be.
type CustomerRequest struct {
	Name  string `json:"name"  binding:"required" example:"Grace Hopper"      minLength:"1" maxLength:"100"`
	Email string `json:"email" binding:"required" example:"grace@example.com" maxLength:"254"`
} //	@name	CustomerRequest

func customerOf(c *domain.Customer) Customer {
	return Customer{
		ID: int64(c.ID()), Name: c.Name(), Email: c.Email(),
		CreatedAt: c.CreatedAt().UTC(), UpdatedAt: c.UpdatedAt().UTC(),
	}
}

type customersHandler struct {
	list   *usecase.ListCustomers
	find   *usecase.FindCustomer
	add    *usecase.AddCustomer
	change *usecase.ChangeCustomer
	remove *usecase.RemoveCustomer
}

// show tells about one customer.
//
//	@ID			getCustomer
//	@Summary	Get a customer
//	@Tags		customers
//	@Security	session
//	@Produce	json
//	@Param		id	path		int	true	"the customer's id"	example(1)
//	@Success	200	{object}	Customer
//	@Header		200	{string}	ETag	"the version, for If-Match"
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled"
//	@Failure	404	{object}	Problem	"not_found"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/customer/{id} [get]
func (h *customersHandler) show(c *gin.Context) error {
	id, err := customerID(c)
	if err != nil {
		return err
	}
	customer, err := h.find.Do(c.Request.Context(), id)
	if err != nil {
		return err
	}
	writeCustomer(c, http.StatusOK, &customer)
	return nil
}

// create adds a customer.
//
//	@ID			addCustomer
//	@Summary	Add a customer
//	@Tags		customers
//	@Security	session
//	@Accept		json
//	@Produce	json
//	@Param		body			body		CustomerRequest	true	"the customer"
//	@Param		Latchkey-User	header		string			false	"the user that the page acts for"
//	@Success	201				{object}	Customer		"added"
//	@Header		201				{string}	Location		"where the customer is"
//	@Header		201				{string}	ETag			"the version, for If-Match"
//	@Failure	400				{object}	Problem			"malformed_request"
//	@Failure	401				{object}	Problem			"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem			"cross_origin, user_disabled"
//	@Failure	409				{object}	Problem			"session_user_changed"
//	@Failure	413				{object}	Problem			"payload_too_large"
//	@Failure	415				{object}	Problem			"unsupported_media_type"
//	@Failure	422				{object}	Problem			"invalid_fields"
//	@Failure	500				{object}	Problem			"internal_error"
//	@Failure	503				{object}	Problem			"unavailable"
//	@Router		/customer [post]
func (h *customersHandler) create(c *gin.Context) error {
	var in CustomerRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	customer, err := h.add.Do(c.Request.Context(), in.Name, in.Email, exchangeOf(c.Request.Context()).principal())
	if err != nil {
		return err
	}
	c.Header("Location", "/api/customer/"+strconv.FormatInt(int64(customer.ID()), 10))
	writeCustomer(c, http.StatusCreated, &customer)
	return nil
}

// replace rewrites a customer.
//
//	@ID			changeCustomer
//	@Summary	Change a customer
//	@Tags		customers
//	@Security	session
//	@Accept		json
//	@Produce	json
//	@Param		id				path		int				true	"the customer's id"	example(1)
//	@Param		body			body		CustomerRequest	true	"what the customer becomes"
//	@Param		If-Match		header		string			false	"the ETag that was read; refused if the customer has changed since"	example(*)
//	@Param		Latchkey-User	header		string			false	"the user that the page acts for"
//	@Success	200				{object}	Customer		"changed"
//	@Header		200				{string}	ETag			"the version, for If-Match"
//	@Failure	400				{object}	Problem			"malformed_request"
//	@Failure	401				{object}	Problem			"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem			"cross_origin, user_disabled"
//	@Failure	404				{object}	Problem			"not_found"
//	@Failure	409				{object}	Problem			"session_user_changed"
//	@Failure	412				{object}	Problem			"customer_changed"
//	@Failure	413				{object}	Problem			"payload_too_large"
//	@Failure	415				{object}	Problem			"unsupported_media_type"
//	@Failure	422				{object}	Problem			"invalid_fields"
//	@Failure	500				{object}	Problem			"internal_error"
//	@Failure	503				{object}	Problem			"unavailable"
//	@Router		/customer/{id} [put]
func (h *customersHandler) replace(c *gin.Context) error {
	id, err := customerID(c)
	if err != nil {
		return err
	}
	var in CustomerRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	version, err := h.expectedVersion(c, id)
	if err != nil {
		return err
	}
	change := usecase.CustomerChange{Name: in.Name, Email: in.Email, Version: version}
	customer, err := h.change.Do(c.Request.Context(), id, change, exchangeOf(c.Request.Context()).principal())
	if err != nil {
		return err
	}
	writeCustomer(c, http.StatusOK, &customer)
	return nil
}

// erase deletes a customer.
//
//	@ID			removeCustomer
//	@Summary	Delete a customer
//	@Tags		customers
//	@Security	session
//	@Produce	json
//	@Param		id				path	int		true	"the customer's id"	example(1)
//	@Param		If-Match		header	string	false	"the ETag that was read; refused if the customer has changed since"	example(*)
//	@Param		Latchkey-User	header	string	false	"the user that the page acts for"
//	@Success	204				"deleted"
//	@Failure	401				{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem	"cross_origin, user_disabled"
//	@Failure	404				{object}	Problem	"not_found"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	412				{object}	Problem	"customer_changed"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable"
//	@Router		/customer/{id} [delete]
func (h *customersHandler) erase(c *gin.Context) error {
	id, err := customerID(c)
	if err != nil {
		return err
	}
	version, err := h.expectedVersion(c, id)
	if err != nil {
		return err
	}
	err = h.remove.Do(c.Request.Context(), id, version, exchangeOf(c.Request.Context()).principal())
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// expectedVersion returns the version that If-Match asks for; nil: any. The use case makes sure
// that it is still there.
func (h *customersHandler) expectedVersion(c *gin.Context, id domain.CustomerID) (*int64, error) {
	return ifMatch(c.Request, func() (int64, error) {
		customer, err := h.find.Do(c.Request.Context(), id)
		return customer.Version(), err
	})
}

func writeCustomer(c *gin.Context, status int, customer *domain.Customer) {
	c.Header("ETag", etag(customer.Version()))
	c.JSON(status, customerOf(customer))
}

// customerID returns the id in the path. What can't be one names no customer.
func customerID(c *gin.Context) (domain.CustomerID, error) {
	text := c.Param("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0, domain.ErrCustomerNotFound
	}
	return domain.CustomerID(id), nil
}
