-- Forget a value and everyone in its line, so that no turn under way can bring it back.
-- KEYS: value, line, leases, seal. ARGV: how long to seal in ms, 0 for not at all. Answers the value.
local value = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
if tonumber(ARGV[1]) > 0 then
  redis.call('SET', KEYS[4], '', 'PX', ARGV[1])
end
return value
