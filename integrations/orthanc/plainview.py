"""Orthanc asks Plainview before images leave for a company, sends on a permit alone, and reports what was sent.

README.md beside this file says how to set it up, and which doors of Orthanc it stands at.
"""

import json
import os
import sys
import threading
from urllib.parse import urlsplit

import orthanc

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from plainview_changes import catch_up, follow  # noqa: E402
from plainview_client import Away, Plainview, Refused, now  # noqa: E402
from plainview_doors import Doors  # noqa: E402
from plainview_queue import DiskQueue  # noqa: E402
from plainview_requests import WrongBody, asked_for, resources_in  # noqa: E402
from plainview_settings import Settings  # noqa: E402
from plainview_studies import NotFound, studies_of  # noqa: E402

configuration = json.loads(orthanc.GetConfiguration())
# Settings that are wrong end Orthanc: it would send without asking.
settings = Settings(configuration)
doors = Doors(configuration, settings)
plainview = Plainview(settings.url, settings.api_key, settings.timeout)
to_report = DiskQueue(os.path.join(settings.queue_directory, 'to-report'))
to_send = DiskQueue(os.path.join(settings.queue_directory, 'to-send'))
changes_seen = DiskQueue(os.path.join(settings.queue_directory, 'changes'))
wake = threading.Event()
ending = threading.Event()


class NotSent(Exception):
    """Why nothing was sent: an HTTP status and words. `is_final`: asking again would not change it."""

    def __init__(self, status, words, is_final=True):
        super().__init__(words)
        self.status = status
        self.words = words
        self.is_final = is_final


def send(kind, name, resources, work):
    """Asks, writes down what is about to leave, and runs `work`, which sends. Images go to `name`, a modality, a peer or a DICOMweb server of Orthanc.

    Returns what `work` returned. Raises NotSent when nothing was sent, and whatever `work` raises.
    """
    if name in settings.internal:
        return work()
    recipient = settings.recipients.get(name)
    if recipient is None:
        raise NotSent(403, '%s is neither a recipient nor inside the facility in the settings of Plainview' % name)
    try:
        studies = studies_of(resources, settings.issuer)
    except NotFound as error:
        raise NotSent(404, str(error))
    whole = [one for one in studies if not one['isDeidentified']]
    stripped = [one for one in studies if one['isDeidentified']]
    parts = [(identifiable, some) for identifiable, some in ((True, whole), (False, stripped)) if some]
    for identifiable, some in parts:
        ask(some, recipient, identifiable)
    aet, host = address_of(kind, name)
    report = {
        'at': now(),
        'sourceAet': settings.aet,
        'destinationAet': aet,
        'destinationHost': host,
        'purpose': recipient.purpose,
        # Until it is known what became of it.
        'outcome': '',
    }
    try:
        keys = [
            (to_report.put({**report, 'state': 'leaving', 'identifiable': identifiable, 'studies': some}), identifiable, some)
            for identifiable, some in parts
        ]
    except OSError as error:
        raise NotSent(503, 'the transfer cannot be written down: %s' % error, is_final=False)
    outcome = 'failure'
    try:
        answer = work()
        outcome = 'success'
        return answer
    finally:
        for key, identifiable, some in keys:
            to_report.put(
                {**report, 'state': 'left', 'outcome': outcome, 'identifiable': identifiable, 'studies': some}, key
            )
        wake.set()


def ask(studies, recipient, identifiable):
    items = [item for study in studies for item in study['asked']]
    try:
        denied = plainview.ask(items, recipient.recipient, recipient.purpose, identifiable)
    except Away as error:
        raise NotSent(503, 'Plainview cannot be asked (%s): nothing is sent' % error, is_final=False)
    except Refused as error:
        raise NotSent(503, 'Plainview refuses the question (%s): nothing is sent' % error, is_final=False)
    if denied:
        words = ', '.join('%s: %s' % (item['studyUid'], reason) for item, reason in denied)
        raise NotSent(403, 'denied by Plainview: %s' % words)


def address_of(kind, name):
    """AE title and host of a modality; of a peer or a server its host alone."""
    if kind == 'servers':
        about = json.loads(orthanc.RestApiGetAfterPlugins(doors.servers + '?expand'))[name]
    else:
        about = json.loads(orthanc.RestApiGet('/%s/%s/configuration' % (kind, name)))
    if kind != 'modalities':
        return '', urlsplit(about['Url']).hostname or ''
    return about['AET'], about['Host']


# --- Doors ---


def way_out(kind, name, said):
    """Sends without asking, and waits until all is sent."""
    # What became of it is known only to those who wait.
    said = {**said, 'Synchronous': True, 'Asynchronous': False}
    if name not in settings.internal:
        # A permit is good for a while: what has one does not wait behind what is long, and goes nowhere but inside the facility.
        said['Priority'] = 100
    body = json.dumps(said)
    if kind == 'servers':
        return orthanc.RestApiPostAfterPlugins('%s/%s/stow' % (doors.servers, name), body)
    return orthanc.RestApiPost('/%s/%s/store' % (kind, name), body)


def kind_of(name):
    """Whether a recipient is a modality, a peer or a DICOMweb server. Raises NotSent when it is none of them, or several."""
    kinds = [kind for kind in ('modalities', 'peers') if name in json.loads(orthanc.RestApiGet('/' + kind))]
    try:
        if name in json.loads(orthanc.RestApiGetAfterPlugins(doors.servers)):
            kinds.append('servers')
    except orthanc.OrthancException:
        pass  # Orthanc without its DICOMweb plugin
    if len(kinds) != 1:
        raise NotSent(503, '%s is the name of %d modalities, peers and servers' % (name, len(kinds)), is_final=False)
    return kinds[0]


def on_store(output, uri, **request):
    if request['method'] != 'POST':
        output.SendMethodNotAllowed('POST')
        return
    kind, name, _ = uri.split('/')[-3:]
    try:
        resources, said = resources_in(request['body'])
        answer = send(kind, name, resources, lambda: way_out(kind, name, said))
    except (NotSent, WrongBody) as refusal:
        answer_refusal(output, uri, refusal)
        return
    output.AnswerBuffer(answer, 'application/json')


def answer_refusal(output, uri, refusal):
    orthanc.LogWarning('Plainview: %s was refused: %s' % (uri, refusal.words))
    body = json.dumps({'Plainview': refusal.words})
    try:
        output.SendHttpStatus(refusal.status, body.encode('utf-8'))
    except TypeError:
        # Before 4.2 of the Python plugin: text of ASCII, and its length.
        output.SendHttpStatus(refusal.status, body, len(body))


def on_move(**request):
    """C-MOVE that another system asks for. Raising refuses it."""
    target = request['TargetAET']
    names = [
        name
        for name, about in json.loads(orthanc.RestApiGet('/modalities?expand')).items()
        if about['AET'] == target
    ]
    if len(names) != 1:
        raise refused_move('the AE title %s is that of %d modalities' % (target, len(names)))
    try:
        resources = asked_for(request)
        said = {
            'Resources': resources,
            'MoveOriginatorAet': request['OriginatorAET'],
            'MoveOriginatorID': request['OriginatorID'],
        }
        send('modalities', names[0], resources, lambda: way_out('modalities', names[0], said))
    except NotSent as refusal:
        raise refused_move(refusal.words)
    except NotFound as error:
        raise refused_move(str(error))


def refused_move(words):
    orthanc.LogWarning('Plainview: a C-MOVE was refused: %s' % words)
    return Exception(words)


def on_http(uri, **request):
    """False refuses the request."""
    words = doors.refusal(request['method'], uri)
    if words is not None:
        orthanc.LogWarning('Plainview: %s' % words)
    return words is None


# --- What waits ---


def on_change(change, level, resource):
    if change == orthanc.ChangeType.ORTHANC_STARTED:
        for door, state in doors.named():
            orthanc.LogWarning('Plainview: %s: %s' % (door, state))
        worker.start()
    elif change == orthanc.ChangeType.ORTHANC_STOPPED:
        ending.set()
        wake.set()
        worker.join(settings.timeout + 1)
    elif change == orthanc.ChangeType.STABLE_STUDY:
        wake.set()


def route(study):
    for recipient in settings.recipients.values():
        if recipient.auto_route:
            to_send.put({'study': study, 'name': recipient.name})


def work_off():
    try:
        catch_up(changes_seen, route)
    except Exception as error:  # the next start reads the same again
        orthanc.LogError('Plainview: what came in before the start is not known: %r' % error)
    while not ending.is_set():
        wake.clear()
        try:
            follow(changes_seen, route)
            report_all()
            send_all()
        except Exception as error:  # the thread has to live: what waits stays on the disk
            orthanc.LogError('Plainview: %r' % error)
        wake.wait(settings.retry)


def leave_behind():
    """What was leaving when Orthanc died: nobody knows how far it came, and the report says so."""
    for key, entry in to_report.entries():
        if entry['state'] == 'leaving':
            to_report.put({**entry, 'state': 'left'}, key)


def report_all():
    for key, entry in to_report.entries():
        if ending.is_set() or entry['state'] != 'left':
            continue
        try:
            plainview.report(key, entry)
        except Away as error:
            orthanc.LogWarning('Plainview: reports wait: %s' % error)
            return
        except Refused as error:
            # A key may be wrong today and right tomorrow; it stays, and is said each time.
            orthanc.LogError('Plainview: the report %s was refused: %s' % (key, error))
            continue
        to_report.remove(key)


def send_all():
    for key, entry in to_send.entries():
        if ending.is_set():
            return
        name, study = entry['name'], entry['study']
        try:
            kind = kind_of(name)
            send(kind, name, [study], lambda: way_out(kind, name, {'Resources': [study]}))
            orthanc.LogWarning('Plainview: study %s went to %s' % (study, name))
        except NotSent as refusal:
            orthanc.LogWarning('Plainview: study %s does not go to %s: %s' % (study, name, refusal.words))
            if not refusal.is_final:
                continue
        except orthanc.OrthancException as error:
            # The other side is away: asked again before the next try, for the answer may be another one by then.
            orthanc.LogWarning('Plainview: study %s did not reach %s: %s' % (study, name, error))
            continue
        to_send.remove(key)


# --- Start ---


# Before a door is open: what leaves from now on is not what was leaving.
leave_behind()
worker = threading.Thread(target=work_off, name='plainview', daemon=True)
orthanc.RegisterRestCallback('/(modalities|peers)/([^/]+)/store', on_store)
orthanc.RegisterRestCallback('/plainview/(servers)/([^/]+)/stow', on_store)
orthanc.RegisterMoveCallback(on_move)
orthanc.RegisterIncomingHttpRequestFilter(on_http)
orthanc.RegisterOnChangeCallback(on_change)
