-- one row by text
SELECT * FROM events WHERE code = 'E-' || lpad(lower(hex((200001::HUGEINT * 15074714826142052245 % 18446744073709551616)::UBIGINT)), 16, '0')
