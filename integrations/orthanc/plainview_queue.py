"""What is still to be sent and to be reported, on the disk: one file each, so that neither a restart nor a power cut loses any."""

import json
import os
import time
import uuid


class DiskQueue:
    def __init__(self, folder):
        self._folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        # What was being written when the process died was never relied on.
        for name in os.listdir(folder):
            if name.endswith('.tmp'):
                os.remove(os.path.join(folder, name))

    def put(self, entry, key=None):
        """Writes an entry, or another state of it, and returns its key once it is on the disk. Raises OSError: then nothing may be sent."""
        key = key or '%d-%s' % (time.time_ns() // 1_000_000, uuid.uuid4().hex)
        path = self._path(key)
        with open(path + '.tmp', 'w', encoding='utf-8') as file:
            json.dump(entry, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + '.tmp', path)
        self._sync_folder()
        return key

    def remove(self, key):
        try:
            os.remove(self._path(key))
        except FileNotFoundError:
            return
        self._sync_folder()

    def entries(self):
        """All entries, the oldest first. One that cannot be read is left where it is, for a person."""
        found = []
        for name in sorted(os.listdir(self._folder)):
            if not name.endswith('.json'):
                continue
            try:
                with open(os.path.join(self._folder, name), encoding='utf-8') as file:
                    found.append((name[: -len('.json')], json.load(file)))
            except (OSError, ValueError):
                continue
        return found

    def _path(self, key):
        return os.path.join(self._folder, key + '.json')

    def _sync_folder(self):
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
