import { jurisdictions } from '#app/clocks/jurisdictions.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { changeFacility, facilitySettings, type FacilitySettings } from '#app/facility/facility.server.ts';
import { emailAddress, oneOf, operator, optional, WrongUsage, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

const optionOf = {
  name: 'name',
  issuer: 'issuer',
  timeZone: 'time-zone',
  jurisdiction: 'jurisdiction',
  phone: 'phone',
  email: 'email',
  address: 'address',
} as const satisfies Record<keyof FacilitySettings, string>;

export const facilitySet: Command = {
  name: 'facility set',
  summary: 'Sets up the facility, or changes what is given',
  help: [
    '--name NAME            as patients know it',
    '--issuer ISSUER        who issues its patient numbers, as in the messages of its archive',
    '--time-zone ZONE       IANA name, as in America/New_York: legal dates are dates of this zone',
    `--jurisdiction PLACE   ${jurisdictions.join(', ')}`,
    '--phone NUMBER         where patients call',
    '--email ADDRESS        of the privacy office',
    '--address ADDRESS      postal address, in one line',
    'The first time all are needed; later, those that change.',
  ],
  options: Object.fromEntries(Object.values(optionOf).map((option) => [option, { type: 'string' as const }])),
  async run(values, terminal) {
    const given = Object.fromEntries(
      Object.entries(optionOf).flatMap(([field, option]) => {
        const value = optional(values, option);
        return value === undefined ? [] : [[field, value]];
      }),
    ) as Partial<FacilitySettings>;
    if (Object.keys(given).length === 0) throw new WrongUsage('Nothing to set was given.');
    if (given.jurisdiction) oneOf(given.jurisdiction, 'jurisdiction', jurisdictions);
    if (given.email) given.email = emailAddress(given.email);
    if (given.timeZone && !isTimeZone(given.timeZone))
      throw new WrongUsage(
        `--time-zone is an IANA name, as in America/New_York. It was "${given.timeZone}".`,
      );

    return withInstallation(terminal, ({ db, clock }) =>
      inTransaction(db, async (tx) => {
        const before = await facilitySettings(tx);
        const after = { ...before, ...given };
        if (!isWhole(after)) {
          const missing = Object.entries(optionOf).filter(([field]) => !(field in after));
          throw new WrongUsage(
            `The facility is not set up yet; still needed: ${missing.map(([, option]) => `--${option}`).join(', ')}`,
          );
        }
        await changeFacility(tx, { settings: after, actor: operator, at: clock() });
        for (const [field, option] of Object.entries(optionOf))
          terminal.print(`${option.padEnd(13)}${after[field as keyof FacilitySettings]}`);
        return 0;
      }),
    );
  },
};

function isWhole(settings: Partial<FacilitySettings>): settings is FacilitySettings {
  return Object.keys(optionOf).every((field) => field in settings);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}
