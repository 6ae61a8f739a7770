import { machineClients, type MachineClientRow } from '#app/people/machine-clients.server.ts';
import { keyState, type KeyState } from '#app/people/machine-keys.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

const states: Record<KeyState, string> = {
  inUse: 'in use',
  ending: 'ending',
  expired: 'ended',
  revoked: 'revoked',
};

export const apiKeyList: Command = {
  name: 'api-key list',
  summary: 'Lists the programs and their keys; never a key itself',
  help: [
    'A line a key: program, scopes, company, state, made, ends, last used, id.',
    'Example: api-key list',
  ],
  options: {},
  async run(_values, terminal) {
    return withInstallation(terminal, async ({ db, clock }) => {
      const clients = await machineClients(db);
      if (clients.length === 0) terminal.say('There are no keys.');
      for (const client of clients) for (const line of linesOf(client, clock())) terminal.print(line);
      return 0;
    });
  },
};

function linesOf(
  { name, scopes, vendor, networks, sources, keys, revokedAt }: MachineClientRow,
  now: Date,
): string[] {
  return keys.map((key) =>
    [
      name,
      scopes.join(','),
      vendor?.name ?? '-',
      ...(networks.length > 0 ? [`from ${networks.join(',')}`] : []),
      ...(sources.length > 0 ? [`reports for ${sources.join(',')}`] : []),
      revokedAt ? states.revoked : states[keyState(key, keys, now)],
      `made ${key.createdAt.toISOString()}`,
      key.expiresAt ? `ends ${key.expiresAt.toISOString()}` : 'without end',
      key.lastUsedAt ? `last used ${key.lastUsedAt.toISOString()}` : 'never used',
      key.id,
    ].join('\t'),
  );
}
