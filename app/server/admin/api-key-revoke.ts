import { revokeMachineClient, revokeMachineKey } from '#app/people/machine-clients.server.ts';
import { CommandFailed, operator, optional, required, WrongUsage, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const apiKeyRevoke: Command = {
  name: 'api-key revoke',
  summary: 'Ends a program’s keys for good, from the next call on',
  help: [
    '--name NAME      the name it was made with: the program and all its keys',
    '--key ID         instead of a name: one key alone, by the id that api-key list shows',
    'Example: api-key revoke --name "Export gateway"',
  ],
  options: { name: { type: 'string' }, key: { type: 'string' } },
  async run(values, terminal) {
    const keyId = optional(values, 'key');
    if (keyId !== undefined && optional(values, 'name') !== undefined)
      throw new WrongUsage('Give --name or --key, not both.');
    if (keyId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(keyId))
      throw new WrongUsage('--key is an id that api-key list shows.');
    const name = keyId === undefined ? required(values, 'name') : undefined;
    return withInstallation(terminal, async ({ db, clock }) => {
      const by = { actor: operator, now: clock() };
      const done =
        name === undefined
          ? await revokeMachineKey(db, { keyId: keyId ?? '', ...by })
          : await revokeMachineClient(db, { name, ...by });
      if (!done)
        throw new CommandFailed(
          name === undefined ? `No key in use has the id ${keyId}.` : `No key in use is named "${name}".`,
        );
      terminal.print(`Revoked: ${name ?? keyId}`);
      return 0;
    });
  },
};
