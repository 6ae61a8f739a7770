import { enableAccount } from '#app/people/accounts.server.ts';
import { CommandFailed, emailAddress, operator, required, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const userEnable: Command = {
  name: 'user enable',
  summary: 'Opens an account again that was shut',
  help: ['--email ADDRESS  of the account', 'Example: user enable --email officer@example.org'],
  options: { email: { type: 'string' } },
  async run(values, terminal) {
    const email = emailAddress(required(values, 'email'));
    return withInstallation(terminal, async (world) => {
      const enabled = await enableAccount(world, { email }, operator);
      if (!enabled.ok)
        throw new CommandFailed(
          enabled.refusal === 'recordHasAccount'
            ? 'Another account on the same person’s records is open. Shut that one first, or part the records again if they are two people.'
            : `No shut account has the address ${email}.`,
        );
      terminal.print(`Enabled: ${email}`);
      return 0;
    });
  },
};
