"""What Orthanc asks Plainview, and what it reports. Python's own library alone: nothing has to be installed beside Orthanc."""

import csv
import io
import json
import urllib.error
import urllib.request
from datetime import datetime, timezone


class Away(Exception):
    """Plainview did not answer, or not in a way that can be understood. It is neither a yes nor a no: nothing may be sent."""


class Refused(Exception):
    """Plainview understood, and refuses the call itself: a key that is not valid, a report that is none. Trying again does not help."""


class Plainview:
    def __init__(self, url, api_key, timeout_seconds):
        self._url = url.rstrip('/')
        self._key = api_key
        self._timeout = timeout_seconds

    def ask(self, items, recipient, purpose, identifiable):
        """Asks about studies: `patientId`, `issuer` and `studyUid` of each. Returns those that may not go, as (item, reason); none of them: all may.

        Raises Away for everything that is not a complete answer: an answer that lacks a study permits nothing.
        """
        items = list({_key(one): one for one in items}.values())
        question = {
            'purpose': purpose,
            'recipient': recipient,
            'identifiable': identifiable,
            'items': items,
        }
        text = self._post('/api/v1/checks', 'application/json', json.dumps(question).encode('utf-8'), {})
        try:
            told = {_key(one): one for one in json.loads(text)['results']}
            answers = [(item, told[_key(item)]) for item in items]
            return [(item, one['reason']) for item, one in answers if one['decision'] != 'permit']
        except (KeyError, TypeError, ValueError) as error:
            raise Away('the answer cannot be understood: %r' % error)

    def report(self, key, report):
        """Reports one transfer as lines of a disclosure log, a line for each study. The same key is taken in once, however often it is sent."""
        out = io.StringIO()
        columns = [
            'event_time', 'source_ae', 'patient_id', 'issuer', 'accession', 'study_uid', 'sop_class',
            'instances', 'destination_ae', 'destination_host', 'outcome', 'purpose', 'deidentified',
        ]
        lines = csv.DictWriter(out, columns, lineterminator='\r\n')
        lines.writeheader()
        for study in report['studies']:
            lines.writerow({
                'event_time': report['at'],
                'source_ae': report['sourceAet'],
                'patient_id': study['patientId'],
                'issuer': study['issuer'],
                'accession': study['accession'],
                'study_uid': study['studyUid'],
                'sop_class': study['sopClass'],
                'instances': study['instances'],
                'destination_ae': report['destinationAet'],
                'destination_host': report['destinationHost'],
                'outcome': report['outcome'],
                'purpose': report['purpose'],
                'deidentified': '' if report['identifiable'] else 'true',
            })
        body = out.getvalue().encode('utf-8')
        return self._post('/api/v1/disclosures/csv', 'text/csv', body, {'Idempotency-Key': key})

    def _post(self, path, content_type, body, headers):
        request = urllib.request.Request(self._url + path, data=body, method='POST')
        request.add_header('Authorization', 'Bearer ' + self._key)
        request.add_header('Content-Type', content_type)
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            with _opener.open(request, timeout=self._timeout) as response:
                return response.read(16 * 1024 * 1024).decode('utf-8')
        except urllib.error.HTTPError as error:
            # 408, 425, 429 and all of 5xx say: later.
            if error.code >= 500 or error.code in (408, 425, 429):
                raise Away('HTTP %d' % error.code)
            raise Refused('HTTP %d: %s' % (error.code, error.read(2_000).decode('utf-8', 'replace')))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise Away(str(error))


def _key(item):
    return item['patientId'], item['issuer'], item['studyUid']


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address of the configuration and to no other."""

    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def now():
    """The present moment in UTC, as RFC 3339."""
    return datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
