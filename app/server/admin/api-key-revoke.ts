import { revokeMachineClient } from '#app/people/machine-clients.server.ts';
import { CommandFailed, operator, required, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const apiKeyRevoke: Command = {
  name: 'api-key revoke',
  summary: 'Ends a key for good, from the next call on',
  help: ['--name NAME      the name it was made with', 'Example: api-key revoke --name "Export gateway"'],
  options: { name: { type: 'string' } },
  async run(values, terminal) {
    const name = required(values, 'name');
    return withInstallation(terminal, async ({ db, clock }) => {
      if (!(await revokeMachineClient(db, { name, actor: operator, now: clock() })))
        throw new CommandFailed(`No key in use is named "${name}".`);
      terminal.print(`Revoked: ${name}`);
      return 0;
    });
  },
};
