"""Which studies the resources of a request belong to, and what Plainview needs to know of each."""

import json

import orthanc


class NotFound(Exception):
    pass


def _get(path):
    return json.loads(orthanc.RestApiGet(path))


def studies_of(resources, issuer):
    """What would go of patients, studies, series or instances: a part for each study, and each person or study its images were made from.

    Raises NotFound for an id of none, and for images of which nobody can say whose they are.
    """
    instances = {}
    for resource in resources:
        for instance in _instances_of(resource):
            instances[instance] = True
    if not instances:
        raise NotFound('there is no image')
    parts, tags_of = {}, {}
    for instance in instances:
        line = _line_of(instance, tags_of)
        named = _named(line)
        key = (line[0]['study'], line[0] is named[0], *dict.fromkeys(step['study'] for step in named))
        parts.setdefault(key, []).append((line[0], named))
    return [_part(images, issuer) for images in parts.values()]


def _instances_of(resource):
    if not isinstance(resource, str) or not resource.replace('-', '').isalnum():
        raise NotFound('an id is letters, digits and hyphens')
    for level in ('studies', 'series', 'patients'):
        found = _try_get('/%s/%s/instances' % (level, resource))
        if found is not None:
            return [one['ID'] for one in found]
    if _try_get('/instances/%s' % resource) is None:
        raise NotFound('there is no resource %s' % resource)
    return [resource]


def _try_get(path):
    try:
        return _get(path)
    except orthanc.OrthancException:
        return None


# A line that is longer was not made by people.
_longest_line = 20


def _line_of(instance, tags_of):
    """An image that would go, and each that it was made from here, back to the one that came in. `tags_of` has the tags of each series read once."""
    line = []
    while instance is not None:
        about, series = _try_get('/instances/%s/metadata?expand' % instance), _try_get('/instances/%s/series' % instance)
        if about is None or series is None:
            raise NotFound('the image %s is not here, of which another was made: nobody can say whose that is' % instance)
        made = [how for how in ('AnonymizedFrom', 'ModifiedFrom') if how in about]
        if len(made) > 1 or len(line) == _longest_line:
            raise NotFound('nobody can say what the image %s was made from' % instance)
        if series['ID'] not in tags_of:
            tags_of[series['ID']] = _get('/instances/%s/simplified-tags' % instance)
        line.append({
            'study': series['ParentStudy'],
            'tags': tags_of[series['ID']],
            'sopClass': about.get('SopClassUid', ''),
            'made': made[0] if made else None,
        })
        instance = about[made[0]] if made else None
    return line


def _named(line):
    """Those of a line that say whose they are, the nearest first: all but what was de-identified and has nothing of those before it.

    The one that came in is always among them. What was changed after it was de-identified is too: nobody knows what was written into it.
    """
    named = []
    for step in reversed(line):
        if step['made'] != 'AnonymizedFrom' or any(_tells_of(step['tags'], other['tags']) for other in named):
            named.insert(0, step)
    return named


def _tells_of(tags, others):
    return any(
        _plain(tags, name) and _plain(tags, name) == _plain(others, name)
        for name in ('PatientID', 'PatientName', 'PatientBirthDate')
    )


def _plain(tags, name):
    return str(tags.get(name) or '').strip(' ^').upper()


def _part(images, issuer):
    (goes, named), whose = images[0], images[0][1][0]
    classes = {image['sopClass'] for image, _ in images}
    return {
        'orthancId': goes['study'],
        **_item(whose, issuer),
        'accession': whose['tags'].get('AccessionNumber', ''),
        'sopClass': classes.pop() if len(classes) == 1 else '',
        'instances': len(images),
        'isDeidentified': goes is not whose,
        # Each of them has to be permitted.
        'asked': [_item(step, issuer) for step in named],
    }


def _item(step, issuer):
    tags = step['tags']
    return {
        'patientId': tags.get('PatientID', ''),
        'issuer': tags.get('IssuerOfPatientID') or issuer,
        'studyUid': tags.get('StudyInstanceUID', ''),
    }
