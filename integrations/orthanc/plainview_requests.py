"""What a request to send names: resources of Orthanc, in the body of /store or in a C-MOVE."""

import json

import orthanc

from plainview_studies import NotFound


class WrongBody(Exception):
    status = 400

    def __init__(self, words):
        super().__init__(words)
        self.words = words


# What the body of /store may say. Anything else may change where the images go, as CalledAet, Host and Port do from Orthanc 1.11.3 on.
_words_of_store = {
    'Resources', 'Synchronous', 'Asynchronous', 'Priority', 'Permissive', 'LocalAet', 'MoveOriginatorAet', 'MoveOriginatorID',
    'StorageCommitment', 'Timeout', 'Compress', 'Transcode',
}


def resources_in(body):
    """Resources of the body of /store, and all that it says. Raises WrongBody."""
    text = body.decode('utf-8').strip()
    try:
        said = json.loads(text)
    except ValueError:
        said = text
    if isinstance(said, str):
        said = [said]
    if isinstance(said, list):
        said = {'Resources': said}
    if not isinstance(said, dict) or not isinstance(said.get('Resources'), list):
        raise WrongBody('the body names no resources')
    others = sorted(set(said) - _words_of_store)
    if others:
        raise WrongBody('the body may not say %s: it may change where images go' % ', '.join(others))
    resources = [one.get('ID', '') if isinstance(one, dict) else one for one in said['Resources']]
    return resources, {**said, 'Resources': resources}


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
