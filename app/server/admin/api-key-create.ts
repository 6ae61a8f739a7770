import { machineScopes } from '#app/people/can.ts';
import { createMachineClient, MachineClientRefused } from '#app/people/machine-clients.server.ts';
import { keyLife, vendorScopes } from '#app/people/machine-keys.ts';
import { typedSources } from '#app/people/key-sources.ts';
import { typedNetworks } from '#app/people/networks.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import {
  CommandFailed,
  oneOf,
  operator,
  optional,
  required,
  wholeNumber,
  WrongUsage,
  type Command,
} from './command.ts';
import { withInstallation } from './installation.server.ts';
import { twoPeople } from './two-people.ts';

export const apiKeyCreate: Command = {
  name: 'api-key create',
  summary: 'Makes a key for a program, and prints it once',
  help: [
    '--name NAME      what the key is for; no two keys have the same name',
    `--scopes A,B     what it may do: ${machineScopes.join(', ')}`,
    `--vendor SLUG    the program of a company: it may ask about that company alone (${vendorScopes.join(', ')})`,
    `--network A,B    addresses or networks (CIDR) from which alone it works; needed for a key that stands in an address`,
    '--sources A,B    sources that it may report for, as their reports name them; without it: any source',
    `--days N         how long it works, 1 to ${keyLife.most} (default: ${keyLife.usual})`,
    '--by NAME        who does it',
    '--and NAME       who else saw that it is right: two people are recorded',
    'Example: api-key create --name "Export gateway" --scopes checks:read --by "Per Holm" --and "Dana Whitlow"',
  ],
  options: {
    name: { type: 'string' },
    scopes: { type: 'string' },
    vendor: { type: 'string' },
    days: { type: 'string' },
    network: { type: 'string' },
    sources: { type: 'string' },
    by: { type: 'string' },
    and: { type: 'string' },
  },
  async run(values, terminal) {
    const name = keyName(required(values, 'name'));
    const scopes = required(values, 'scopes')
      .split(',')
      .map((scope) => oneOf(scope.trim(), 'scopes', machineScopes));
    const slug = optional(values, 'vendor');
    const lifeDays = wholeNumber(optional(values, 'days') ?? `${keyLife.usual}`, 'days', {
      least: 1,
      most: keyLife.most,
    });
    const networks = typedNetworks(optional(values, 'network') ?? '');
    if (!networks)
      throw new WrongUsage(
        '--network is addresses or networks, as in 10.20.0.5,10.30.0.0/24; /8 or smaller, for IPv6 /16 or smaller.',
      );
    const sources = typedSources((optional(values, 'sources') ?? '').replaceAll(',', '\n'));
    if (!sources) throw new WrongUsage('--sources is up to 20 names with commas between.');
    const people = twoPeople(values);
    return withInstallation(terminal, async ({ db, clock }) => {
      const vendors = slug === undefined ? [] : await allVendors(db);
      const vendor = vendors.find((one) => one.slug === slug);
      if (slug !== undefined && !vendor)
        throw new CommandFailed(
          `No company is registered as "${slug}". There are: ${vendors.map((one) => one.slug).join(', ')}.`,
        );
      const made = await createMachineClient(db, {
        name,
        scopes: [...new Set(scopes)],
        ...(vendor ? { vendorId: vendor.id } : {}),
        networks,
        sources,
        lifeDays,
        people,
        actor: operator,
        now: clock(),
      }).catch((error: unknown) => {
        throw error instanceof MachineClientRefused ? new CommandFailed(inWords(error, name)) : error;
      });
      terminal.print(made.key);
      terminal.say('Keep it now: it is not stored, and cannot be shown again.');
      terminal.say(`It works until ${made.expiresAt.toISOString()}.`);
      return 0;
    });
  },
};

/** A name that reads as one line. @throws CommandFailed */
function keyName(text: string): string {
  if (text.length > 100 || /\p{Cc}/u.test(text))
    throw new CommandFailed('A name has up to 100 characters, and no line breaks or control characters.');
  return text;
}

function inWords({ reason }: MachineClientRefused, name: string): string {
  switch (reason) {
    case 'nameTaken':
      return `There is a key named "${name}" already, or there was one. Choose another name.`;
    case 'vendorScopes':
      return `The program of a company may have only: ${vendorScopes.join(', ')}.`;
    case 'vendorUnknown':
      return 'This company is not registered.';
  }
}
