import { newKeyRingEntry } from '#app/crypto/key-ring.server.ts';
import { optional, WrongUsage, type Command } from './command.ts';

export const keysNew: Command = {
  name: 'keys new',
  summary: 'Makes a key for APP_KEYS, and prints it',
  help: [
    '--id ID          name of the key in the ring (default: k and today’s date)',
    'Put the new one first in APP_KEYS, and the older ones behind it with commas: they still open what',
    'they sealed. Keep a copy away from the backups: without the keys, no backup can be read.',
  ],
  options: { id: { type: 'string' } },
  async run(values, terminal) {
    const id = optional(values, 'id') ?? `k${terminal.now().toISOString().slice(0, 10).replaceAll('-', '')}`;
    if (!/^[a-z0-9][a-z0-9-]{0,15}$/.test(id))
      throw new WrongUsage('--id is up to 16 lower-case letters, digits and hyphens.');
    terminal.print(newKeyRingEntry(id));
    return 0;
  },
};
