import type { Role } from '#app/audit/actor.ts';
import { newPassword } from '#app/crypto/tokens.server.ts';
import { isUniqueViolation } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { createAccount, RecordNotFree } from '#app/people/accounts.server.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { newTotpSecret, totpUri } from '#app/people/totp.ts';
import { locales } from '#app/words/locales.ts';
import {
  CommandFailed,
  emailAddress,
  oneOf,
  operator,
  optional,
  required,
  WrongUsage,
  type Command,
  type OptionValues,
} from './command.ts';
import { twoPeople } from './two-people.ts';
import { withInstallation } from './installation.server.ts';

const roles = ['patient', 'staff', 'privacyOfficer', 'auditor'] as const satisfies readonly Role[];

export const userCreate: Command = {
  name: 'user create',
  summary: 'Makes an account, and prints its password and second factor once',
  help: [
    '--email ADDRESS  what the person signs in with',
    '--name NAME      as the person is called on the pages',
    `--role ROLE      ${roles.join(', ')}`,
    '--mrn ID         patients only: the medical record number of the patient record',
    '--issuer ISSUER  patients only: who issued that number (default: the facility)',
    `--locale LOCALE  ${locales.join(' or ')} (default: en)`,
    '--by NAME, --and NAME  not for patients: the two people who answer for it. The first privacy officer needs neither',
    'Example: user create --email officer@example.org --name "Amara Diallo" --role privacyOfficer',
  ],
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    mrn: { type: 'string' },
    issuer: { type: 'string' },
    locale: { type: 'string' },
    by: { type: 'string' },
    and: { type: 'string' },
  },
  async run(values, terminal) {
    const email = emailAddress(required(values, 'email'));
    const displayName = required(values, 'name');
    const role = oneOf(required(values, 'role'), 'role', roles);
    const locale = oneOf(optional(values, 'locale') ?? 'en', 'locale', locales);
    if (role === 'patient') required(values, 'mrn');
    else if (optional(values, 'mrn') ?? optional(values, 'issuer'))
      throw new WrongUsage('--mrn and --issuer are for patients.');

    return withInstallation(terminal, async (world) => {
      const patientId = role === 'patient' ? await patientOf(world, values) : undefined;
      const people = role === 'patient' || (await isFirstOfficer(world, role)) ? null : twoPeople(values);
      const [password, totpSecret] = [newPassword(), newTotpSecret()];
      await createAccount(
        world,
        {
          email,
          displayName,
          role,
          locale,
          password,
          totpSecret,
          ...(patientId ? { patientId } : {}),
          ...(people ? { people } : {}),
        },
        operator,
      ).catch((error: unknown) => {
        if (error instanceof RecordNotFree && error.refusal === 'mergedAway')
          throw new CommandFailed(
            'This record was merged into another one. Give the number of the record that stands for both.',
          );
        if (!isUniqueViolation(error) && !(error instanceof RecordNotFree)) throw error;
        throw new CommandFailed(
          `There is an account already with ${email}${patientId ? ', or for this patient' : ''}.`,
        );
      });
      terminal.print(`E-mail:    ${email}`);
      terminal.print(`Password:  ${password}`);
      terminal.print(`Secret:    ${totpSecret}`);
      terminal.print(`Link:      ${totpUri(totpSecret, email)}`);
      terminal.say('Give these to the person by a safe way, now: they cannot be shown again.');
      terminal.say('The secret or the link goes into an authenticator app, which makes the codes.');
      return 0;
    });
  },
};

/** With nobody there yet who could confirm, the facility starts with one officer. */
async function isFirstOfficer({ db }: World, role: Role): Promise<boolean> {
  return role === 'privacyOfficer' && (await db.user.count({ where: { role: 'privacyOfficer' } })) === 0;
}

async function patientOf({ db }: World, values: OptionValues): Promise<string> {
  const issuer = optional(values, 'issuer') ?? (await facilitySettings(db))?.issuer;
  if (!issuer) throw new CommandFailed('The facility is not set up, so --issuer has to be given.');
  const key = { issuer, value: required(values, 'mrn') };
  const found = (await findPatientsByIdentifiers(db, [key])).get(patientKeyText(key));
  if (!found) throw new CommandFailed(`No patient has the number ${key.value} of issuer ${issuer}.`);
  return found;
}
