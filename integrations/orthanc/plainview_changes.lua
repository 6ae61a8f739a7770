-- What Orthanc's log of changes says of studies: which have become whole, also when Orthanc died before anything was written here; and which were
-- still coming in when it ended. Of the latter it never says that they are whole.

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
local function catch_up(seen, route)
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

-- Hands over each study that became whole after the change `routed`, and returns the change up to which that was done. At the first call `routed` is
-- nil: nothing is sent of what was there before.
local function follow(routed, route)
  local last = tonumber((get('/changes?last') or {}).Last)
  routed = tonumber(routed)
  if not last or not routed or routed > last then
    return last or routed
  end
  while routed < last do
    local page = get(string.format('/changes?since=%d&limit=1000', routed)) or {}
    for _, change in ipairs(page.Changes or {}) do
      if change.ChangeType == 'StableStudy' then
        route(change.ID)
      end
    end
    local reached = tonumber(page.Last) or 0
    if reached <= routed then
      break
    end
    routed = reached
  end
  return routed
end

return { catch_up = catch_up, follow = follow }
