"""The section "Plainview" of Orthanc's configuration, read strictly: a word that is wrong here would open a door."""

import os
from urllib.parse import urlsplit


class WrongSettings(Exception):
    pass


_known = {
    'Url', 'ApiKey', 'Issuer', 'Purpose', 'Recipients', 'Internal', 'QueueDirectory', 'TimeoutSeconds',
    'RetrySeconds', 'Downloads',
}
_recipient_keys = {'Recipient', 'Purpose', 'AutoRoute'}


class Recipient:
    """A modality or peer of Orthanc that belongs to a company: what Plainview is asked about it."""

    def __init__(self, name, value, purpose):
        if isinstance(value, str):
            value = {'Recipient': value}
        if not isinstance(value, dict) or not isinstance(value.get('Recipient'), str) or not value['Recipient']:
            raise WrongSettings('Recipients.%s names no recipient of Plainview' % name)
        unknown = set(value) - _recipient_keys
        if unknown:
            raise WrongSettings('Recipients.%s: not known: %s' % (name, ', '.join(sorted(unknown))))
        self.name = name
        self.recipient = value['Recipient']
        self.purpose = value.get('Purpose', purpose)
        self.auto_route = value.get('AutoRoute', False)
        if not isinstance(self.purpose, str) or not self.purpose:
            raise WrongSettings('Recipients.%s has no Purpose, and there is none for all' % name)
        if not isinstance(self.auto_route, bool):
            raise WrongSettings('Recipients.%s.AutoRoute is true or false' % name)


class Settings:
    def __init__(self, configuration):
        section = configuration.get('Plainview')
        if not isinstance(section, dict):
            raise WrongSettings('the configuration has no section "Plainview"')
        unknown = set(section) - _known
        if unknown:
            raise WrongSettings('not known: %s' % ', '.join(sorted(unknown)))
        self.url = _text(section, 'Url')
        parts = urlsplit(self.url)
        is_here = parts.hostname in ('localhost', '127.0.0.1', '::1')
        if parts.scheme != 'https' and not (parts.scheme == 'http' and is_here):
            raise WrongSettings('Url begins with https:// (http:// only for this machine itself)')
        self.api_key = _text(section, 'ApiKey')
        self.issuer = _text(section, 'Issuer')
        self.timeout = _seconds(section, 'TimeoutSeconds', 10)
        self.retry = _seconds(section, 'RetrySeconds', 15)
        self.queue_directory = section.get('QueueDirectory') or os.path.join(
            configuration.get('StorageDirectory', 'OrthancStorage'), 'plainview'
        )
        self.downloads = section.get('Downloads', 'refuse')
        if self.downloads not in ('refuse', 'allow'):
            raise WrongSettings('Downloads is "refuse" or "allow"')
        recipients = section.get('Recipients', {})
        if not isinstance(recipients, dict):
            raise WrongSettings('Recipients is an object: a modality or peer of Orthanc, and who it is in Plainview')
        self.recipients = {
            name: Recipient(name, value, section.get('Purpose')) for name, value in recipients.items()
        }
        internal = section.get('Internal', [])
        if not isinstance(internal, list) or not all(isinstance(name, str) for name in internal):
            raise WrongSettings('Internal is a list of modalities and peers inside the facility')
        self.internal = set(internal)
        both = self.internal & set(self.recipients)
        if both:
            raise WrongSettings('both inside and a recipient: %s' % ', '.join(sorted(both)))
        self.aet = configuration.get('DicomAet', 'ORTHANC')
        _check_names(configuration)


def _check_names(configuration):
    """Who is inside and who is a company hangs on names alone: each stands for one system, and in the configuration file."""
    web = configuration.get('DicomWeb') or {}
    for words, is_elsewhere in (
        ('DicomModalitiesInDatabase', configuration.get('DicomModalitiesInDatabase')),
        ('OrthancPeersInDatabase', configuration.get('OrthancPeersInDatabase')),
        ('DicomWeb.ServersInDatabase', web.get('ServersInDatabase')),
    ):
        if is_elsewhere:
            raise WrongSettings('%s is true: names in the database cannot be checked' % words)
    seen = set()
    for names in (configuration.get('DicomModalities'), configuration.get('OrthancPeers'), web.get('Servers')):
        twice = seen & set(names or {})
        if twice:
            raise WrongSettings('the name of two systems: %s' % ', '.join(sorted(twice)))
        seen |= set(names or {})


def _text(section, name):
    value = section.get(name)
    if not isinstance(value, str) or not value.strip() or value.startswith('${'):
        raise WrongSettings('%s is missing' % name)
    return value


def _seconds(section, name, otherwise):
    value = section.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.1 <= value <= 300:
        raise WrongSettings('%s is a number of seconds from 0.1 to 300' % name)
    return value
