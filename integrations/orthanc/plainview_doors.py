"""The ways in which images can leave Orthanc, who stands at each, and what its web interface refuses because nobody could be asked."""

import json
import re

import orthanc


class Doors:
    def __init__(self, configuration, settings):
        self._configuration = configuration
        self._settings = settings
        root = configuration.get('DicomWeb', {}).get('Root', '/dicom-web/')
        # Where the DICOMweb plugin has the servers that it sends to.
        self.servers = '/%s/servers' % root.strip('/')
        servers = re.escape(self.servers)
        # They name no recipient that could be asked about, or hand over bytes of which Orthanc does not say whose they are.
        self._refused = _patterns(
            r'^/(modalities|peers)/[^/]+/store-straight$',
            # Asked at /plainview/servers/{name}/stow, which then goes on to here, not through the web interface.
            r'^%s/[^/]+/(stow|delete|get|retrieve)$' % servers,
            r'^/transfers/(send|push)',
            r'^/tools/execute-script$',
            # Sends what somebody asked about at another time.
            r'^/jobs/[^/]+/(resubmit|resume)$',
        )
        # Orthanc does not write down which study the images came from.
        self._untraceable = _patterns(r'^/studies/[^/]+/(split|merge)$')
        # Who is inside and who is a company hangs on these names.
        self._names = _patterns(r'^/(modalities|peers)/[^/]+$', r'^%s/[^/]+$' % servers)
        self._downloads = _patterns(
            r'^/(patients|studies|series)/[^/]+/(archive|media)$',
            r'^/tools/create-(archive|media)(-extended)?$',
            r'^/jobs/[^/]+/archive$',
        )

    def refusal(self, method, uri):
        """Why a request is refused; None: it is let through."""
        path = re.sub(r'/+', '/', '/' + uri.split('?')[0].strip('/'))
        if _is_one_of(self._refused, path):
            return '%s is refused: nobody could be asked whether the images may go' % path
        if _is_one_of(self._untraceable, path):
            return '%s is refused: nobody could say any more which study the images are of' % path
        if method in (orthanc.HttpMethod.PUT, orthanc.HttpMethod.DELETE) and _is_one_of(self._names, path):
            return '%s is refused: where images go is changed in the configuration file' % path
        if self._settings.downloads == 'refuse' and _is_one_of(self._downloads, path):
            return '%s is refused: "Downloads" is "refuse"' % path
        return None

    def named(self):
        """Each door of this very Orthanc, and its state."""
        gets = [
            name
            for name, about in json.loads(orthanc.RestApiGet('/modalities?expand')).items()
            if about.get('AllowGet', True)
        ]
        who = 'everybody' if self._configuration.get('DicomAlwaysAllowGet', False) else ', '.join(gets)
        lua = self._configuration.get('LuaScripts', [])
        are_jobs_kept = self._configuration.get('SaveJobs', True)
        is_open = self._settings.downloads == 'allow'
        return [
            ('POST /modalities/{name}/store, POST /peers/{name}/store, POST /plainview/servers/{name}/stow', 'asks'),
            ('C-MOVE', 'asks'),
            ('routing of studies that have come in (AutoRoute)', 'asks'),
            ('C-GET', 'NOT GUARDED for %s: set "AllowGet" to false' % who if who else 'closed'),
            ('SendToModality, SendToPeer in Lua scripts', 'NOT GUARDED: %s must ask' % ', '.join(lua) if lua else 'no script'),
            ('DICOMweb STOW to a server, past /plainview', 'refused'),
            ('store-straight, transfers, scripts sent to Orthanc, jobs sent again', 'refused'),
            ('studies split or merged, which leaves no trace of whose images they are', 'refused'),
            ('jobs that go on after a restart', 'NOT GUARDED: set "SaveJobs" to false' if are_jobs_kept else 'closed'),
            ('archives and media', 'NOT GUARDED: "Downloads" is "allow"' if is_open else 'refused'),
            ('single images by the web interface, WADO', 'NOT GUARDED: give a company no account of Orthanc'),
        ]


def _patterns(*texts):
    return [re.compile(text) for text in texts]


def _is_one_of(patterns, path):
    return any(pattern.match(path) for pattern in patterns)
