-- Which person and study the images of a study are of, and what Plainview needs to know of it.

local settings, get = ...

-- A line that is longer was not made by people.
local longest_line = 20

-- An image, and each that it was made from here, back to the one that came in; nil where nobody can say. `tags_of` has the tags of each series
-- read once.
local function line_of(image, tags_of)
  local line = {}
  while image do
    local about, series = get('/instances/' .. image .. '/metadata?expand'), get('/instances/' .. image .. '/series')
    if not about or not series or (about.AnonymizedFrom and about.ModifiedFrom) or #line == longest_line then
      return nil
    end
    tags_of[series.ID] = tags_of[series.ID] or get('/instances/' .. image .. '/simplified-tags')
    if not tags_of[series.ID] then
      return nil
    end
    table.insert(line, {
      study = series.ParentStudy,
      tags = tags_of[series.ID],
      class = about.SopClassUid or '',
      was_stripped = about.AnonymizedFrom ~= nil,
    })
    image = about.AnonymizedFrom or about.ModifiedFrom
  end
  return line
end

local function plain(text)
  return tostring(text or ''):gsub('^[ ^]+', ''):gsub('[ ^]+$', ''):upper()
end

local function tells_of(tags, others)
  for _, name in ipairs({ 'PatientID', 'PatientName', 'PatientBirthDate' }) do
    local one = plain(tags[name])
    if one ~= '' and one == plain(others[name]) then
      return true
    end
  end
  return false
end

-- Those of a line that say whose they are, the nearest first: all but what was de-identified and has nothing of those before it. The one that came
-- in is always among them. What was changed after it was de-identified is too: nobody knows what was written into it.
local function named_in(line)
  local named = {}
  for at = #line, 1, -1 do
    local is_named = not line[at].was_stripped
    for _, other in ipairs(named) do
      is_named = is_named or tells_of(line[at].tags, other.tags)
    end
    if is_named then
      table.insert(named, 1, line[at])
    end
  end
  return named
end

local function item_of(step)
  local tags = step.tags
  return {
    patientId = tags.PatientID or '',
    issuer = (tags.IssuerOfPatientID or '') ~= '' and tags.IssuerOfPatientID or settings.issuer,
    studyUid = tags.StudyInstanceUID or '',
  }
end

-- What is asked and reported of a study; nil and why it may not go. The patient's number is not among the tags that OnStableStudy is given.
return function(id)
  local whose, images = get('/studies/' .. id), get('/studies/' .. id .. '/instances') or {}
  if whose == nil or #images == 0 then
    return nil, 'there is no such study any more'
  end
  local tags_of, named, goes, made_of, class = {}, nil, nil, nil, nil
  for _, image in ipairs(images) do
    local line = line_of(image.ID, tags_of)
    if line == nil then
      return nil, 'an image that it was made from is not here, or not known: nobody can say whose it is'
    end
    local of_this = named_in(line)
    local seen, key = {}, tostring(of_this[1] == line[1])
    for _, step in ipairs(of_this) do
      if not seen[step.study] then
        seen[step.study], key = true, key .. ' ' .. step.study
      end
    end
    if made_of ~= nil and made_of ~= key then
      return nil, 'its images were made from several studies: this script cannot ask about them together'
    end
    named, goes, made_of = named or of_this, goes or line[1], key
    class = (class == nil or class == line[1].class) and line[1].class or ''
  end
  local study, asked, is_asked = item_of(named[1]), {}, {}
  for _, step in ipairs(named) do
    if not is_asked[step.study] then
      is_asked[step.study] = true
      table.insert(asked, item_of(step))
    end
  end
  -- Each of them has to be permitted.
  study.asked = asked
  -- As it stands in the images that go.
  study.goesAs = whose.MainDicomTags.StudyInstanceUID
  study.accession = named[1].tags.AccessionNumber or ''
  study.sopClass = class
  study.instances = #images
  study.identifiable = named[1] == goes
  return study
end
