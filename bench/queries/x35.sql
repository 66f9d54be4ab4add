-- median of a decimal
SELECT median(amount) FROM events
