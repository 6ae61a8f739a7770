import { isUniqueViolation } from '#app/db/client.server.ts';
import { machineScopes } from '#app/people/can.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { CommandFailed, oneOf, operator, required, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const apiKeyCreate: Command = {
  name: 'api-key create',
  summary: 'Makes a key for a program, and prints it once',
  help: [
    '--name NAME      what the key is for; no two keys have the same name',
    `--scopes A,B     what it may do: ${machineScopes.join(', ')}`,
    'Example: api-key create --name "Export gateway" --scopes checks:read',
  ],
  options: { name: { type: 'string' }, scopes: { type: 'string' } },
  async run(values, terminal) {
    const name = required(values, 'name');
    const scopes = required(values, 'scopes')
      .split(',')
      .map((scope) => oneOf(scope.trim(), 'scopes', machineScopes));
    return withInstallation(terminal, async ({ db, clock }) => {
      const made = await createMachineClient(db, {
        name,
        scopes: [...new Set(scopes)],
        actor: operator,
        now: clock(),
      }).catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new CommandFailed(
          `There is a key named "${name}" already, or there was one. Choose another name.`,
        );
      });
      terminal.print(made.key);
      terminal.say('Keep it now: it is not stored, and cannot be shown again.');
      return 0;
    });
  },
};
