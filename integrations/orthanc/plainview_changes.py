"""Studies that were still coming in when Orthanc ended. It never says of them that they are whole: its log of changes tells which they are."""

import json

import orthanc

# Far more than comes in between the last image of a study and the moment at which it counts as whole.
_most_changes = 20_000


def _get(path):
    return json.loads(orthanc.RestApiGet(path))


def catch_up(kept, route):
    """Hands over each study of which images came in since the last start, and which had not become whole. To be called once, at the start.

    `kept` is a DiskQueue with the last change before the last start. At the first there is none: nothing is sent of what was there before.
    """
    last, seen = _get('/changes?last')['Last'], dict(kept.entries()).get('seen')
    if seen is not None and seen <= last:
        for study in _unfinished(max(seen, last - _most_changes), last):
            orthanc.LogWarning('Plainview: study %s was coming in when Orthanc ended' % study)
            route(study)
    kept.put(last, 'seen')


def _unfinished(since, last):
    found = {}
    while since < last:
        page = _get('/changes?since=%d&limit=1000' % since)
        for change in page['Changes']:
            if change['Seq'] > last:
                break
            if change['ChangeType'] == 'StableStudy':
                found.pop(change['ID'], None)
            elif change['ChangeType'] == 'NewInstance':
                try:
                    found[_get('/instances/%s/study' % change['ID'])['ID']] = True
                except orthanc.OrthancException:
                    pass  # It was deleted since.
        if page['Done'] or page['Last'] <= since:
            break
        since = page['Last']
    return list(found)
