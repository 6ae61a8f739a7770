import { readCheckpoints } from '#app/audit/checkpoints.server.ts';
import { valuesByKey } from '#app/db/sealed-values.server.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const keysStatus: Command = {
  name: 'keys status',
  summary: 'Says what each key still holds, and which can go',
  help: [
    'Reads every sealed value: minutes where there are millions. Exit code 1 when something is sealed with a key that is missing.',
    'Before a key goes, restart every process with the new key first in APP_KEYS, and look again: none may still seal with the old one.',
  ],
  options: {},
  async run(_values, terminal) {
    return withInstallation(terminal, async ({ database, keys, checkpointFile }) => {
      const counts = await valuesByKey(database);
      const signed = checkpointFile ? (await readCheckpoints(checkpointFile, keys)).signed : [];
      const missing = [...counts.keys()].filter((id) => !keys.keys.has(id));
      for (const id of [...keys.keys.keys(), ...missing]) {
        const count = counts.get(id) ?? 0;
        const signsNewest = signed.at(-1)?.keyId === id;
        terminal.print(`${id.padEnd(16)} ${count} values. ${advice(id, count, signsNewest)}`);
      }
      return missing.length > 0 ? 1 : 0;

      function advice(id: string, count: number, signsNewest: boolean): string {
        if (id === keys.currentId) return 'Current: it seals what is new.';
        if (missing.includes(id))
          return 'It is not in APP_KEYS: these do not open. Put it back, behind the current key.';
        if (count > 0) return 'It has to stay: keys rotate moves them to the current key.';
        if (signsNewest)
          return 'It signed the newest checkpoint: keys rotate writes another, then it can go.';
        return 'It can go: take it out of APP_KEYS.';
      }
    });
  },
};
