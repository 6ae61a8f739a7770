-- What waits, what is to be reported, and the last change before the last start, in one file: a restart loses nothing.

local path = ...

-- ENOENT. A file that is there and cannot be read is not an empty one.
local is_not_there = 2

local function read()
  local file, _, code = io.open(path, 'r')
  if file == nil and code == is_not_there then
    return { waiting = {}, reports = {} }
  end
  local content = file and ParseJson(file:read('*a'))
  if file then
    file:close()
  end
  if type(content) ~= 'table' or type(content.waiting) ~= 'table' or type(content.reports) ~= 'table' then
    error('Plainview: ' .. path .. ' cannot be read: a person has to look at it', 0)
  end
  return content
end

-- True once it is written. A file under another name first: a process that dies leaves the old one or the new one.
local function save(queue)
  local file = io.open(path .. '.tmp', 'w')
  if file == nil then
    return false
  end
  -- Strings stay strings: patients' numbers begin with zeros.
  local is_written = file:write(DumpJson(queue, true)) and file:flush()
  file:close()
  return is_written and os.rename(path .. '.tmp', path) or false
end

local function remove(list, what)
  for at, one in ipairs(list) do
    if one == what then
      table.remove(list, at)
      return
    end
  end
end

-- Behind the others, so that it keeps none of them back.
local function put_last(list, what)
  remove(list, what)
  table.insert(list, what)
end

local function copy(list)
  local copied = {}
  for at, one in ipairs(list) do
    copied[at] = one
  end
  return copied
end

return { read = read, save = save, remove = remove, put_last = put_last, copy = copy }
