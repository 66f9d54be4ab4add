-- sum of lengths
SELECT sum(length(note)) FROM events
