import { disableAccount } from '#app/people/accounts.server.ts';
import { CommandFailed, emailAddress, operator, required, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const userDisable: Command = {
  name: 'user disable',
  summary: 'Shuts an account and ends its sessions at once',
  help: ['--email ADDRESS  of the account', 'Example: user disable --email officer@example.org'],
  options: { email: { type: 'string' } },
  async run(values, terminal) {
    const email = emailAddress(required(values, 'email'));
    return withInstallation(terminal, async (world) => {
      if (!(await disableAccount(world, email, operator)))
        throw new CommandFailed(`No open account has the address ${email}.`);
      terminal.print(`Disabled: ${email}`);
      return 0;
    });
  },
};
