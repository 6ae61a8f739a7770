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
      if (!(await enableAccount(world, { email }, operator)))
        throw new CommandFailed(`No shut account has the address ${email}.`);
      terminal.print(`Enabled: ${email}`);
      return 0;
    });
  },
};
