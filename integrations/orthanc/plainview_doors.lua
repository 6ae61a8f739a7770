-- The ways in which images can leave Orthanc, who stands at each, and what its web interface refuses because nobody could be asked.

local settings, read_queue, get = ...
local configuration = GetOrthancConfiguration()

-- Whether an image may go by C-STORE: to a company only what this script is sending.
local function lets_out(dicom, destination)
  local named, are_internal = false, true
  for name, about in pairs(configuration.DicomModalities or {}) do
    if (about.AET or about[1]) == destination.RemoteAet then
      named, are_internal = true, are_internal and settings.internal[name] == true
    end
  end
  if named and are_internal then
    return true
  end
  for _, report in ipairs(read_queue().reports) do
    if
      report.state == 'leaving'
      and report.destinationAet == destination.RemoteAet
      and report.goesAs == dicom.StudyInstanceUID
    then
      return true
    end
  end
  return false
end

-- Ways out by the web interface. The script is not given what they would send, so it cannot ask.
local refused = {
  '^/%a+/[^/]+/store%-straight$', '^/transfers/send', '^/transfers/push', '^/tools/execute%-script$',
  '/servers/[^/]+/%a+$', -- They send what somebody asked about at another time.
  '^/jobs/[^/]+/resubmit$', '^/jobs/[^/]+/resume$',
  -- Orthanc does not write down which study the images came from.
  '^/studies/[^/]+/split$', '^/studies/[^/]+/merge$',
}
local downloads = {
  '^/%a+/[^/]+/archive$', '^/%a+/[^/]+/media$', '^/tools/create%-archive', '^/tools/create%-media',
}

local function is_one_of(path, patterns)
  for _, pattern in ipairs(patterns) do
    if path:find(pattern) then
      return true
    end
  end
  return false
end

-- Of this Orthanc, as a number; nil where it does not say.
local version_seen
local function version()
  if not version_seen then
    local major, minor, patch = ((get('/system') or {}).Version or ''):match('^(%d+)%.(%d+)%.(%d+)')
    version_seen = major and tonumber(major) * 1000000 + tonumber(minor) * 1000 + tonumber(patch)
  end
  return version_seen
end

-- From 1.11.3 on the body of /modalities/{name}/store may name another AE title, host and port. The script does not see it.
local function may_go_elsewhere()
  return version() == nil or version() >= 1011003
end

-- The path of a request, and whether it is refused.
local function refuses(method, uri)
  local path = ('/' .. uri):gsub('%?.*', ''):gsub('/+', '/'):gsub('(.)/$', '%1')
  local kind, name, last = path:match('^/(%a+)/([^/]+)/?(.*)$')
  local is_system = kind == 'modalities' or kind == 'peers'
  local is_refused = is_one_of(path, refused)
    or (settings.downloads == 'refuse' and is_one_of(path, downloads))
    or (is_system and last == 'store' and (not settings.internal[name] or (kind == 'modalities' and may_go_elsewhere())))
    -- Who is inside and who is a company hangs on these names.
    or (((is_system and last == '') or path:find('/servers/[^/]+$')) and (method == 'PUT' or method == 'DELETE'))
  return path, is_refused
end

-- Who may ask for images by C-MOVE or C-GET.
local function allowed(what, otherwise)
  if configuration['DicomAlwaysAllow' .. what] == true then
    return 'everybody'
  end
  local names = {}
  for name, about in pairs(get('/modalities?expand') or {}) do
    local says = about['Allow' .. what]
    if says or (says == nil and otherwise) then
      table.insert(names, name)
    end
  end
  return #names > 0 and table.concat(names, ', ') or nil
end

-- Each door of this very Orthanc, and its state.
local function named()
  local movers, getters = allowed('Move', true), allowed('Get', true)
  local guards_store = version() ~= nil and version() >= 1012011
  local beats = SetHttpTimeout ~= nil and (configuration.LuaHeartBeatPeriod or 0) > 0
  return {
    { 'routing of studies that have come in (AutoRoute)', 'asks' },
    { 'POST /modalities/{name}/store', may_go_elsewhere() and 'refused' or 'refused, but for those inside' },
    { 'POST /peers/{name}/store', 'refused, but for those inside' },
    { 'C-MOVE', not movers and 'closed' or guards_store and 'refused, but for those inside'
      or 'NOT GUARDED for ' .. tostring(movers) .. ': set "AllowMove" to false' },
    { 'C-GET', getters and 'NOT GUARDED for ' .. getters .. ': set "AllowGet" to false' or 'closed' },
    { 'other scripts in Lua', #configuration.LuaScripts > 1 and 'NOT GUARDED: they can send, and take the place of this one' or 'none' },
    { 'store-straight, DICOMweb to a server, transfers, scripts sent to Orthanc, jobs sent again', 'refused' },
    { 'studies split or merged, which leaves no trace of whose images they are', 'refused' },
    { 'jobs that go on after a restart', configuration.SaveJobs == false and 'closed'
      or 'NOT GUARDED: set "SaveJobs" to false' },
    { 'archives and media', settings.downloads == 'refuse' and 'refused' or 'NOT GUARDED: "Downloads" is "allow"' },
    { 'single images by the web interface, WADO', 'NOT GUARDED: give a company no account of Orthanc' },
    { 'what waits is tried again', beats and 'at each beat' or 'only when something happens: ask for /plainview/retry at intervals' },
  }
end

return { lets_out = lets_out, refuses = refuses, named = named }
