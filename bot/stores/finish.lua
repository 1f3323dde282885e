-- Leave the line; whoever stands first keeps a new value when there is one. A ticket that lost its place keeps nothing.
-- KEYS: value, line, leases. ARGV: ticket, time to live in ms, new value (both only when there is one).
-- Answers 1 when the ticket stood first, else 0.
local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1] == ARGV[1]
if first and ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return first and 1 or 0
