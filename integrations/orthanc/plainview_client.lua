-- What is asked of Plainview, and what it is told.

local settings = ...

-- What was answered, read. Nil: there is no such answer, and that is neither a yes nor a no. Orthanc hides the status, and gives an empty text for
-- a refusal: only what the answer itself says counts.
local function post(path, content_type, body, headers)
  headers['Authorization'] = 'Bearer ' .. settings.api_key
  headers['Content-Type'] = content_type
  if SetHttpTimeout then
    SetHttpTimeout(math.ceil(settings.timeout))
  end
  local answer = HttpPost(settings.url .. path, body, headers)
  local read = answer and answer ~= '' and ParseJson(answer)
  return type(read) == 'table' and read or nil
end

-- 'permit', or 'deny' and why; nil when there is no complete answer. One that is denied is a no to all.
local function ask(study, recipient)
  local answer = post('/api/v1/checks', 'application/json', DumpJson({
    purpose = recipient.purpose,
    recipient = recipient.recipient,
    identifiable = study.identifiable,
    items = study.asked,
  }, true), {})
  local results = answer and answer.results
  if type(results) ~= 'table' or #results ~= #study.asked then
    return nil
  end
  local decision, reason = 'permit', nil
  for at, item in ipairs(study.asked) do
    local told = results[at]
    if
      type(told) ~= 'table'
      or told.patientId ~= item.patientId
      or told.issuer ~= item.issuer
      or told.studyUid ~= item.studyUid
      or (told.decision ~= 'permit' and told.decision ~= 'deny')
    then
      return nil
    end
    if told.decision == 'deny' then
      decision, reason = 'deny', item.studyUid .. ': ' .. tostring(told.reason)
    end
  end
  return decision, reason
end

local function cell(value)
  value = tostring(value)
  return value:find('[",\r\n]') and '"' .. value:gsub('"', '""') .. '"' or value
end

local columns = {
  { 'event_time', 'at' }, { 'source_ae', 'sourceAet' }, { 'patient_id', 'patientId' }, { 'issuer', 'issuer' },
  { 'accession', 'accession' }, { 'study_uid', 'studyUid' }, { 'sop_class', 'sopClass' }, { 'instances', 'instances' },
  { 'destination_ae', 'destinationAet' }, { 'destination_host', 'destinationHost' }, { 'outcome', 'outcome' },
  { 'purpose', 'purpose' }, { 'deidentified', 'deidentified' },
}

-- Reports one transfer. True once Plainview has it; the same key is taken in once, however often it is sent.
local function tell(report)
  local head, line = {}, {}
  for at, column in ipairs(columns) do
    head[at], line[at] = column[1], cell(report[column[2]] or '')
  end
  local body = table.concat(head, ',') .. '\r\n' .. table.concat(line, ',') .. '\r\n'
  local taken = post('/api/v1/disclosures/csv', 'text/csv', body, { ['Idempotency-Key'] = report.key })
  return taken ~= nil and type(taken.batchId) == 'string'
end

return { ask = ask, tell = tell }
