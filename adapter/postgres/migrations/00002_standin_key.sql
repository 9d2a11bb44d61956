-- +goose Up

-- The key of the Google stand-in, which replicas share. Empty where the stand-in is off.
CREATE TABLE standin_key (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	pem text NOT NULL
);

-- +goose Down
DROP TABLE standin_key;
