-- Take a place in the line for a value, or renew it; the value when it is one's turn.
-- KEYS: value, line (ticket -> arrival), leases (ticket -> end in ms), seal.
-- ARGV: ticket, lease in ms, 1 to join the line or 0 to renew only: a holder that lost its place must not come back.
-- Answers {-1} when the value is sealed, {-2} when there is no place to renew, {place} while others are before,
-- {0, value} when it is one's turn.
if redis.call('EXISTS', KEYS[4]) == 1 then
  return {-1}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[2], dead)
  redis.call('ZREM', KEYS[3], dead)
end
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  if ARGV[3] == '0' then
    return {-2}
  end
  local arrival = time[1] * 1000000 + time[2]
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
  if last[2] and tonumber(last[2]) >= arrival then
    arrival = tonumber(last[2]) + 1
  end
  redis.call('ZADD', KEYS[2], string.format('%.0f', arrival), ARGV[1])
end
redis.call('ZADD', KEYS[3], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2] * 2)
redis.call('PEXPIRE', KEYS[3], ARGV[2] * 2)
local place = redis.call('ZRANK', KEYS[2], ARGV[1])
if place == 0 then
  return {0, redis.call('GET', KEYS[1])}
end
return {place}
