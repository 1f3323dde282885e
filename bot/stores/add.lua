-- Add to numbers. KEYS: hash. ARGV: second of the epoch at which it is gone; then a field and what is added to it, again and again.
for at = 2, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[at + 1])
end
redis.call('EXPIREAT', KEYS[1], ARGV[1])
return 1
