import { resetFactorsAtCommandLine } from '#app/people/new-factors.server.ts';
import { CommandFailed, emailAddress, operator, required, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';
import { twoPeople } from './two-people.ts';

export const userResetTwoFactor: Command = {
  name: 'user reset-two-factor',
  summary: 'Takes an account’s second factors away, and prints a new sheet of codes once',
  help: [
    '--email ADDRESS  of the account',
    '--by NAME        who does it',
    '--and NAME       who else saw that it is right: two people are recorded',
    'For when nobody can sign in who could approve it on the page "Help with sign-in".',
    'Example: user reset-two-factor --email officer@example.org --by "Per Holm" --and "Dana Whitlow"',
  ],
  options: { email: { type: 'string' }, by: { type: 'string' }, and: { type: 'string' } },
  async run(values, terminal) {
    const email = emailAddress(required(values, 'email'));
    const { askedBy: by, approvedBy: and } = twoPeople(values);
    return withInstallation(terminal, async (world) => {
      const handedOut = await resetFactorsAtCommandLine(world, { email, actor: operator, by, and });
      if (!handedOut) throw new CommandFailed(`No open account has the address ${email}.`);
      for (const code of handedOut.codes) terminal.print(code);
      terminal.say(
        `Codes of ${handedOut.person.displayName}, each for one sign-in. They cannot be shown again.`,
      );
      terminal.say('All other second factors are gone, and all sessions have ended.');
      return 0;
    });
  },
};
