-- The section "Plainview" of Orthanc's configuration, read strictly: a word that is wrong here would open a door. Wrong ones end Orthanc.

local configuration = GetOrthancConfiguration()

local function wrong(words)
  error('Plainview: ' .. words, 0)
end

local function only(table_, known, where)
  for name in pairs(table_) do
    if not known[name] then
      wrong(where .. ': not known: ' .. tostring(name))
    end
  end
end

local function text(section, name)
  local value = section[name]
  if type(value) ~= 'string' or value == '' or value:sub(1, 2) == '${' then
    wrong(name .. ' is missing')
  end
  return value
end

local function seconds(section, name, otherwise)
  local value = section[name] or otherwise
  if type(value) ~= 'number' or value < 0.1 or value > 300 then
    wrong(name .. ' is a number of seconds from 0.1 to 300')
  end
  return value
end

local function read_url(section)
  local url = text(section, 'Url'):gsub('/+$', '')
  local scheme, host = url:match('^(https?)://([^/:@?#]+)[^@]*$')
  if scheme == nil or (scheme == 'http' and host ~= 'localhost' and host ~= '127.0.0.1') then
    wrong('Url begins with https:// (http:// only for this machine itself)')
  end
  if scheme == 'https' and configuration.HttpsVerifyPeers == false then
    wrong('"HttpsVerifyPeers" is false: anybody could answer in the place of Plainview')
  end
  if scheme == 'https' and (configuration.HttpsCACertificates or '') == '' then
    wrong('"HttpsCACertificates" is missing: without it Orthanc reaches nobody by https')
  end
  return url
end

local function read_settings()
  local section = configuration.Plainview
  if type(section) ~= 'table' then
    wrong('the configuration has no section "Plainview"')
  end
  only(section, {
    Url = true, ApiKey = true, Issuer = true, Purpose = true, Recipients = true, Internal = true,
    QueueDirectory = true, TimeoutSeconds = true, RetrySeconds = true, Downloads = true,
  }, 'the section')
  local found = {
    url = read_url(section),
    api_key = text(section, 'ApiKey'),
    issuer = text(section, 'Issuer'),
    timeout = seconds(section, 'TimeoutSeconds', 10),
    retry = seconds(section, 'RetrySeconds', 15),
    downloads = section.Downloads or 'refuse',
    queue = (section.QueueDirectory or configuration.StorageDirectory or 'OrthancStorage') .. '/plainview-lua.json',
    recipients = {},
    internal = {},
    aet = configuration.DicomAet or 'ORTHANC',
  }
  if found.downloads ~= 'refuse' and found.downloads ~= 'allow' then
    wrong('Downloads is "refuse" or "allow"')
  end
  local function list(name)
    local value = section[name] or {}
    if type(value) ~= 'table' then
      wrong(name .. ' is a list')
    end
    return value
  end
  for name, value in pairs(list('Recipients')) do
    local where = 'Recipients.' .. name
    if type(value) == 'string' then
      value = { Recipient = value }
    elseif type(value) ~= 'table' then
      wrong(where .. ' names no recipient of Plainview')
    end
    only(value, { Recipient = true, Purpose = true, AutoRoute = true }, where)
    if value.AutoRoute ~= nil and type(value.AutoRoute) ~= 'boolean' then
      wrong(where .. '.AutoRoute is true or false')
    end
    found.recipients[name] = {
      recipient = text(value, 'Recipient'),
      purpose = text({ Purpose = value.Purpose or section.Purpose }, 'Purpose'),
      is_routed = value.AutoRoute == true,
    }
  end
  for at, name in pairs(list('Internal')) do
    if type(at) ~= 'number' or type(name) ~= 'string' then
      wrong('Internal is a list of modalities and peers inside the facility')
    end
    if found.recipients[name] then
      wrong('both inside and a recipient: ' .. name)
    end
    found.internal[name] = true
  end
  return found
end

-- Who is inside and who is a company hangs on names alone: each stands for one system, and in the configuration file.
local function check_names()
  local web, seen = configuration.DicomWeb or {}, {}
  for words, is_elsewhere in pairs({
    ['DicomModalitiesInDatabase'] = configuration.DicomModalitiesInDatabase or false,
    ['OrthancPeersInDatabase'] = configuration.OrthancPeersInDatabase or false,
    ['DicomWeb.ServersInDatabase'] = web.ServersInDatabase or false,
  }) do
    if is_elsewhere then
      wrong(words .. ' is true: names in the database cannot be checked')
    end
  end
  for _, names in ipairs({ configuration.DicomModalities or {}, configuration.OrthancPeers or {}, web.Servers or {} }) do
    for name in pairs(names) do
      if seen[name] then
        wrong('the name of two systems: ' .. name)
      end
      seen[name] = true
    end
  end
end

check_names()

return read_settings()
