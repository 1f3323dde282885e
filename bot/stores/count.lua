-- Count one more. KEYS: counter. ARGV: seconds it lives from the first. Answers the count.
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return count
