"""What Orthanc's log of changes says of studies: which have become whole, and which were still coming in when it ended.

Of the latter it never says that they are whole. The log is read rather than what Orthanc calls out: a study that became whole is in it, also when
Orthanc died before anything was written here.
"""

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


def follow(kept, route):
    """Hands over each study that has become whole since the last call, in order; what `route` raises stops it, and the next call begins there.

    `kept` has the change up to which that was done. At the first call there is none: nothing is sent of what was there before.
    """
    last, routed = _get('/changes?last')['Last'], dict(kept.entries()).get('routed')
    if routed is None or routed > last:
        kept.put(last, 'routed')
        return
    while routed < last:
        page = _get('/changes?since=%d&limit=1000' % routed)
        for change in page['Changes']:
            if change['ChangeType'] == 'StableStudy':
                route(change['ID'])
                routed = change['Seq']
                kept.put(routed, 'routed')
        if page['Last'] > routed:
            routed = page['Last']
            kept.put(routed, 'routed')
        if page['Done'] or not page['Changes']:
            return


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
