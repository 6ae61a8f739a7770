import { rulesByVendor, rulesOfVendor } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { labelsInForce, labelVersions, type PublishedLabel } from '#app/vendors/published-labels.server.ts';
import {
  publicVendorFacts,
  publicVendorFactsOf,
  type PublicVendorFacts,
} from '#app/vendors/public-vendors.server.ts';
import { localDate } from '#app/words/dates.ts';
import type { DoorArgs } from './context.ts';
import { notFound, whoIs } from './guard.server.ts';
import { localeOf } from './locale.server.ts';
import type { PublicVendor, VendorReader } from './present-vendor.server.ts';

export interface PublicReader extends VendorReader {
  timeZone: string;
}

/** Who reads a public page of companies: in which language, and on which day where the facility is. */
export async function publicReader(args: DoorArgs): Promise<PublicReader> {
  const { world } = args.context;
  const now = world.clock();
  const [locale, { timeZone }] = await Promise.all([
    whoIs(args).then((signedIn) => localeOf(args, signedIn)),
    theFacility(world.db),
  ]);
  return { locale, timeZone, now, today: localDate(now, timeZone) };
}

/** Every company, by name, with its label in force. Read anew each time, so that what was published just now is what is read. */
export async function publicVendors({ context: { world } }: DoorArgs): Promise<PublicVendor[]> {
  const [vendors, labels, rules] = await Promise.all([
    publicVendorFacts(world.db),
    labelsInForce(world.db),
    rulesByVendor(world.db),
  ]);
  const rulesOf = new Map(rules.map(({ id, versions }) => [id, versions]));
  return vendors.map((vendor) => ({
    vendor,
    label: labels.get(vendor.id) ?? null,
    rules: rulesOf.get(vendor.id) ?? [],
  }));
}

/** A company by its name in addresses, with every version of its label, the newest first. @throws 404 */
export async function publicVendor({
  context: { world },
  params,
}: DoorArgs & { params: { slug?: string | undefined } }): Promise<
  PublicVendor & { vendor: PublicVendorFacts; versions: PublishedLabel[] }
> {
  const vendor = await publicVendorFactsOf(world.db, params.slug);
  if (!vendor) throw notFound();
  const [versions, rules] = await Promise.all([
    labelVersions(world.db, vendor.id),
    rulesOfVendor(world.db, vendor.id),
  ]);
  return { vendor, label: versions[0] ?? null, versions, rules: rules?.versions ?? [] };
}
