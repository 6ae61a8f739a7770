-- An Orthanc without Python asks Plainview before it routes a study to a company, sends on a permit alone, and reports what was sent.
-- README.md beside this file says how to set it up, which doors of Orthanc it stands at, and what the Python plugin does better.
--
-- Orthanc runs this file twice, in two states that share nothing: one for events and the web interface, one for images that come and go.
-- The second has OutgoingCStoreInstanceFilter alone, and reads what the first wrote down.

local function part(name, ...)
  for _, script in ipairs(GetOrthancConfiguration().LuaScripts) do
    local folder = script:match('^(.*/)plainview%.lua$')
    if folder then
      return assert(loadfile(folder .. name))(...)
    end
  end
  error('Plainview: "LuaScripts" names plainview.lua with its whole path', 0)
end

local settings = part('plainview_settings.lua')
local disk = part('plainview_queue.lua', settings.queue)
local client = part('plainview_client.lua', settings)
local queue = disk.read()

local function get(path)
  local answer = RestApiGet(path)
  return answer and ParseJson(answer)
end

local doors = part('plainview_doors.lua', settings, disk.read, get)
local changes = part('plainview_changes.lua', get)
local study_of = part('plainview_studies.lua', settings, get)

-- --- Sending ---

-- Where Orthanc sends to `name`: path, AE title and host. Nil when it is neither a modality nor a peer, or both.
local function way_to(name)
  local modality = (get('/modalities?expand') or {})[name]
  local peer = (get('/peers?expand') or {})[name]
  if modality and not peer then
    return '/modalities/' .. name .. '/store', modality.AET, modality.Host
  elseif peer and not modality then
    return '/peers/' .. name .. '/store', '', peer.Url:match('^%a+://([^/:]+)') or ''
  end
end

-- The job in what Orthanc answers when it takes one.
local function job_of(answer)
  local read = answer and ParseJson(answer)
  return type(read) == 'table' and read.ID or nil
end

-- Asked again, if at all, when this time is over: the answer may be another one by then.
local function wait_a_while(entry)
  entry.notBefore = os.time() + math.ceil(settings.retry)
end

-- Asks about what waits, and starts to send it. False: nobody answered.
local function send(entry)
  local name = entry.name
  local function stays_here(why)
    print('Plainview: study ' .. entry.study .. ' does not go to ' .. name .. ': ' .. why)
    return true
  end
  wait_a_while(entry)
  local recipient = settings.recipients[name]
  local path, aet, host = way_to(name)
  if recipient == nil or path == nil then
    return stays_here('it is no recipient in the settings, or not one modality or peer')
  end
  local study, why = study_of(entry.study)
  if study == nil then
    disk.remove(queue.waiting, entry)
    return stays_here(why)
  end
  local decision, reason = client.ask(study, recipient)
  if decision == nil then
    disk.put_last(queue.waiting, entry)
    stays_here('Plainview cannot be asked, or refuses the question')
    return false
  elseif decision ~= 'permit' then
    disk.remove(queue.waiting, entry)
    return stays_here('denied by Plainview: ' .. reason)
  end
  local report = study
  report.key = RestApiGet('/tools/generate-uid?level=instance')
  report.at = os.date('!%Y-%m-%dT%H:%M:%SZ')
  report.name = name
  report.sourceAet, report.destinationAet, report.destinationHost = settings.aet, aet, host
  report.purpose = recipient.purpose
  report.deidentified = study.identifiable and '' or 'true'
  report.state = 'leaving'
  -- Until it is known what became of it.
  report.outcome = ''
  entry.report = report.key
  table.insert(queue.reports, report)
  -- On the disk before the first byte is sent.
  local job = report.key and disk.save(queue)
    and job_of(RestApiPost(path, '{"Resources":["' .. entry.study .. '"],"Synchronous":false,"Priority":100}'))
  if not job then
    disk.remove(queue.reports, report)
    entry.report = nil
    return stays_here('Orthanc did not take it, or what is to be reported could not be written down')
  end
  report.job = job
  return true
end

local function report_all()
  for _, report in ipairs(disk.copy(queue.reports)) do
    if report.state == 'left' then
      if not client.tell(report) then
        -- Orthanc does not say whether nobody was there or it was refused.
        disk.put_last(queue.reports, report)
        print('Plainview: ' .. #queue.reports .. ' reports wait: they were not taken, or Plainview is away')
        return
      end
      disk.remove(queue.reports, report)
      disk.save(queue)
    end
  end
end

local function send_all()
  local is_busy, unanswered = {}, 0
  for _, entry in ipairs(queue.waiting) do
    if entry.report then
      is_busy[entry.name] = true
    end
  end
  for _, entry in ipairs(disk.copy(queue.waiting)) do
    -- One at a time to each, so that little time lies between the answer and the sending.
    local is_due = not entry.notBefore or os.time() >= tonumber(entry.notBefore)
    if is_due and not entry.report and not is_busy[entry.name] then
      if not send(entry) then
        unanswered = unanswered + 1
        -- Each may have taken the whole time-out, and Orthanc's web interface waits for this script.
        if unanswered == 3 then
          return
        end
      end
      is_busy[entry.name] = entry.report ~= nil
    end
  end
end

local function settle(report, outcome)
  report.state, report.outcome = 'left', outcome
  for _, entry in ipairs(disk.copy(queue.waiting)) do
    if entry.report == report.key then
      entry.report = nil
      if outcome == 'success' then
        disk.remove(queue.waiting, entry)
        print('Plainview: study ' .. entry.study .. ' went to ' .. entry.name)
      else
        wait_a_while(entry)
        print('Plainview: study ' .. entry.study .. ' did not reach ' .. entry.name)
      end
    end
  end
end

local outcomes = { Success = 'success', Failure = 'failure' }

local function settle_all()
  for _, report in ipairs(queue.reports) do
    if report.state == 'leaving' then
      local job = report.job and get('/jobs/' .. report.job)
      -- Orthanc knows of no such job after it died: nobody knows how far it came, and the report says so.
      if job == nil or outcomes[job.State] then
        settle(report, job and outcomes[job.State] or '')
      end
    end
  end
end

local function work_off()
  local is_done, why = pcall(function()
    settle_all()
    disk.save(queue)
    report_all()
    send_all()
  end)
  if not disk.save(queue) or not is_done then
    print('Plainview: ' .. tostring(why or settings.queue .. ' cannot be written'))
  end
end

local function route(study)
  for name, recipient in pairs(settings.recipients) do
    local waits = not recipient.is_routed
    for _, entry in ipairs(queue.waiting) do
      waits = waits or (entry.study == study and entry.name == name and not entry.report)
    end
    if not waits then
      table.insert(queue.waiting, { study = study, name = name })
    end
  end
  disk.save(queue)
end

local function follow()
  queue.routed = changes.follow(queue.routed, route)
  disk.save(queue)
end

function OnStableStudy(study)
  route(study)
  follow()
  work_off()
end

local function on_job(job, outcome)
  for _, report in ipairs(queue.reports) do
    if report.job == job and report.state == 'leaving' then
      settle(report, outcome)
      work_off()
      return
    end
  end
end

function OnJobSuccess(job)
  on_job(job, 'success')
end

function OnJobFailure(job)
  on_job(job, 'failure')
end

-- From Orthanc 1.11.1 on, each "LuaHeartBeatPeriod".
function OnHeartBeat()
  work_off()
end

-- --- Doors ---

-- From Orthanc 1.12.11 on, for each image that goes by C-STORE. In the other state: the queue is read from the disk.
function OutgoingCStoreInstanceFilter(dicom, destination)
  local is_known, lets = pcall(doors.lets_out, dicom, destination)
  return is_known and lets
end

-- False refuses the request.
function IncomingHttpRequestFilter(method, uri)
  local path, is_refused = doors.refuses(method, uri)
  if is_refused then
    print('Plainview: ' .. method .. ' ' .. path .. ' is refused: nobody could be asked whether the images may go')
  elseif path == '/plainview/retry' then
    work_off()
  end
  return not is_refused
end

function Initialize()
  for _, door in ipairs(doors.named()) do
    print('Plainview: ' .. door[1] .. ': ' .. door[2])
  end
  queue.seen = changes.catch_up(queue.seen, route)
  follow()
  work_off()
end
