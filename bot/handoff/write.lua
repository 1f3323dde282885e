-- One step of a handoff: everything or nothing. Answers {done, seq, again}.
-- ARGV: prefix, id, version, sealed, until (ms), said key or "", sealed message, forget said ("1"), tag set seconds,
-- then a number and that many tags, a number and that many counts (key, field, number), a number and that many changes.
local p, id, version = ARGV[1], ARGV[2], tonumber(ARGV[3])
local until_ms = ARGV[5]
local row, said, keys, tags = p .. 'row:' .. id, p .. 'said:' .. id, p .. 'keys:' .. id, p .. 'tags:' .. id
local now = tonumber(redis.call('HGET', row, 'version') or '0')
if now ~= version - 1 then return {0, 0, 0} end
local seq = 0
if ARGV[6] ~= '' then
  local before = redis.call('HGET', keys, ARGV[6])
  if before then return {0, tonumber(before), 1} end
  seq = redis.call('RPUSH', said, ARGV[7])
  redis.call('HSET', keys, ARGV[6], seq)
end
if ARGV[8] == '1' then redis.call('DEL', said, keys) end
redis.call('HSET', row, 'version', version, 'sealed', ARGV[4], 'until', until_ms)
for _, tag in ipairs(redis.call('SMEMBERS', tags)) do redis.call('SREM', p .. 'tag:' .. tag, id) end
redis.call('DEL', tags)
local at = 10
for i = at + 1, at + tonumber(ARGV[at]) do
  redis.call('SADD', tags, ARGV[i])
  redis.call('SADD', p .. 'tag:' .. ARGV[i], id)
  redis.call('EXPIRE', p .. 'tag:' .. ARGV[i], ARGV[9])
end
at = at + tonumber(ARGV[at]) + 1
for i = 0, tonumber(ARGV[at]) - 1 do
  local key = p .. 'counts:' .. ARGV[at + 1 + 3 * i]
  redis.call('HINCRBY', key, ARGV[at + 2 + 3 * i], ARGV[at + 3 + 3 * i])
  redis.call('EXPIRE', key, 34560000)
end
at = at + 3 * tonumber(ARGV[at]) + 1
for i = 0, tonumber(ARGV[at]) - 1 do
  redis.call('XADD', p .. 'changes', 'MAXLEN', '~', 10000, '*', 'happened', ARGV[at + 1 + 3 * i],
    'handoff', ARGV[at + 2 + 3 * i], 'helpline', ARGV[at + 3 + 3 * i])
  redis.call('EXPIRE', p .. 'changes', 86400)
end
for _, key in ipairs({row, said, keys, tags}) do redis.call('PEXPIREAT', key, until_ms) end
redis.call('ZADD', p .. 'until', until_ms, id)
redis.call('EXPIRE', p .. 'until', ARGV[9])
return {1, seq, 0}
