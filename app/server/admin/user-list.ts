import type { Role } from '#app/audit/actor.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { peopleList, peoplePageSize, type ListedPerson } from '#app/people/people-admin.server.ts';
import { recordsOfAccounts } from '#app/people/records-named.server.ts';
import { oneOf, operator, optional, WrongUsage, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

const roles = ['patient', 'staff', 'privacyOfficer', 'auditor'] as const satisfies readonly Role[];

export const userList: Command = {
  name: 'user list',
  summary: 'Lists accounts: who can sign in, and with what',
  help: [
    'A line an account: address, name, role, open or shut, second step, last sign-in.',
    `--role ROLE      only these: ${roles.join(', ')}`,
    '--search TEXT    a part of the name or address; patients are listed only with it, and read of it in their activity',
    'Example: user list --role privacyOfficer',
  ],
  options: { role: { type: 'string' }, search: { type: 'string' } },
  async run(values, terminal) {
    const asked = optional(values, 'role');
    const role = asked === undefined ? null : oneOf(asked, 'role', roles);
    const search = optional(values, 'search') ?? '';
    if (role === 'patient' && !search) throw new WrongUsage('--role patient needs --search.');
    return withInstallation(terminal, async (world) => {
      const { db, clock } = world;
      let listed = 0;
      for (let page = 1; ; page++) {
        const { total, people } = await peopleList(db, { search, role, state: null, page }, clock());
        const patientIds = await recordsOfAccounts(
          db,
          people.map(({ id }) => id),
        );
        await recordListRead(world, { actor: operator, list: 'accounts', patientIds });
        for (const person of people) terminal.print(lineOf(person));
        listed += people.length;
        if (people.length < peoplePageSize || listed >= total) break;
      }
      if (listed === 0) terminal.say('No account fits.');
      return 0;
    });
  },
};

function lineOf({ email, displayName, role, disabledAt, factors, lastSignInAt }: ListedPerson): string {
  const secondStep = [
    ...(factors.app ? ['app'] : []),
    ...(factors.passkeys > 0 ? [`passkeys ${factors.passkeys}`] : []),
    ...(factors.sheetCodes > 0 ? [`sheet codes ${factors.sheetCodes}`] : []),
    ...(factors.recoveryCodes > 0 ? [`recovery codes ${factors.recoveryCodes}`] : []),
  ];
  return [
    email,
    displayName,
    role,
    disabledAt ? 'shut' : 'open',
    secondStep.join(', ') || 'none',
    lastSignInAt ? `last sign-in ${lastSignInAt.toISOString()}` : 'never signed in',
  ].join('\t');
}
