"""Which studies the resources of a request belong to, and what Plainview needs to know of each."""

import json

import orthanc


class NotFound(Exception):
    pass


def _get(path):
    return json.loads(orthanc.RestApiGet(path))


def studies_of(resources, issuer):
    """The studies of patients, studies, series or instances, each with the number of images that would go. Raises NotFound for an id of none."""
    instances = {}
    for resource in resources:
        for instance in _instances_of(resource):
            instances[instance] = True
    if not instances:
        raise NotFound('there is no image')
    by_study = {}
    for instance in instances:
        by_study.setdefault(_get('/instances/%s/study' % instance)['ID'], []).append(instance)
    return [_study(study, of, issuer) for study, of in by_study.items()]


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


def _study(study, instances, issuer):
    whose = _get('/studies/%s' % study)
    # Images that were de-identified here carry another number: the question is about the person whose they are.
    original = _try_get('/studies/%s' % whose['AnonymizedFrom']) if 'AnonymizedFrom' in whose else None
    if 'AnonymizedFrom' in whose and original is None:
        raise NotFound('the study %s was de-identified, and its original is not here: nobody can say whose it is' % study)
    about = original or whose
    tags = _get('/instances/%s/simplified-tags' % _first_instance(about['ID'] if original else study))
    classes = {_sop_class(instance) for instance in instances}
    return {
        'orthancId': study,
        'patientId': tags.get('PatientID', ''),
        'issuer': tags.get('IssuerOfPatientID') or issuer,
        'studyUid': about['MainDicomTags']['StudyInstanceUID'],
        'accession': tags.get('AccessionNumber', ''),
        'sopClass': classes.pop() if len(classes) == 1 else '',
        'instances': len(instances),
        'isDeidentified': original is not None,
    }


def _first_instance(study):
    return _get('/studies/%s/instances' % study)[0]['ID']


def _sop_class(instance):
    return orthanc.RestApiGet('/instances/%s/metadata/SopClassUid' % instance).decode('ascii').strip()


def asked_for(request):
    """Resources that a C-MOVE request names. Raises NotFound."""
    keys = {
        'PATIENT': ('Patient', 'PatientID'),
        'STUDY': ('Study', 'StudyInstanceUID'),
        'SERIES': ('Series', 'SeriesInstanceUID'),
        'INSTANCE': ('Instance', 'SOPInstanceUID'),
    }
    level = request.get('Level', '').upper()
    if level not in keys:
        raise NotFound('the level %r is not known' % level)
    kind, tag = keys[level]
    values = [value for value in request.get(tag, '').split('\\') if value]
    if level == 'STUDY' and not values and request.get('AccessionNumber'):
        tag, values = 'AccessionNumber', [request['AccessionNumber']]
    found = []
    for value in values:
        # A wildcard would be many patients.
        if '*' in value or '?' in value:
            raise NotFound('wildcards are not taken')
        query = json.dumps({'Level': kind, 'Query': {tag: value}, 'CaseSensitive': True})
        found += json.loads(orthanc.RestApiPost('/tools/find', query))
    if not found:
        raise NotFound('nothing is found')
    return found
