-- Studies that were still coming in when Orthanc ended. It never says of them that they are whole: its log of changes tells which they are.

local get = ...

-- Orthanc's start waits for them.
local most_changes = 5000

local function unfinished(since, last)
  local found = {}
  while since < last do
    local page = get(string.format('/changes?since=%d&limit=1000', since)) or {}
    for _, change in ipairs(page.Changes or {}) do
      if tonumber(change.Seq) <= last and change.ChangeType == 'StableStudy' then
        found[change.ID] = nil
      elseif tonumber(change.Seq) <= last and change.ChangeType == 'NewInstance' then
        local study = get('/instances/' .. change.ID .. '/study')
        if study then
          found[study.ID] = true
        end
      end
    end
    local reached = tonumber(page.Last) or 0
    if page.Done or reached <= since then
      break
    end
    since = reached
  end
  return found
end

-- Hands over each study of which images came in after the change `seen`, and which had not become whole; and returns the last change. At the first
-- start `seen` is nil: nothing is sent of what was there before.
return function(seen, route)
  local last = tonumber((get('/changes?last') or {}).Last)
  seen = tonumber(seen)
  if last and seen and seen <= last then
    for study in pairs(unfinished(math.max(seen, last - most_changes), last)) do
      print('Plainview: study ' .. study .. ' was coming in when Orthanc ended')
      route(study)
    end
  end
  return last or seen
end
