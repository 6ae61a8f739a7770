import type { ClientBase, Pool } from 'pg';
import { asLines, fromLines } from '#app/db/columns.server.ts';
import { settingSchemas } from '#app/facility/settings.ts';
import { countedFor, type OptOutRecord } from './decide.ts';
import { recordJson } from './record-sql.server.ts';
import type { RulesOverTime } from './rules.ts';

/** Whom a question names: the recipient by the words it came with, at the instant it asks about, and patients by (issuer, id). */
export interface AskedAbout {
  recipients: { name: string; at: Date }[];
  patients: { issuer: string; value: string }[];
}

export interface Found {
  /** Whose endpoint or slug each name is at its instant; null for nobody's, the facility's own, and several companies'. In order. */
  vendorIds: (string | null)[];
  /** The patient of each pair, with all records of the person; null for nobody. In order. */
  patients: ({ id: string; records: OptOutRecord[] } | null)[];
  /** The database came out of a back-up and nobody has confirmed that. */
  isHeld: boolean;
  /** What the facility has set, each version from its moment on. */
  rules: RulesOverTime;
}

/** A record as `recordJson` writes it. */
export interface RecordRow {
  id: string;
  s: string;
  act: OptOutRecord['act'];
  purposes: OptOutRecord['purposes'];
  vr: 'all' | 'named';
  v: string[];
  sr: 'all' | 'named';
  u: string[];
  d: boolean;
  from: number;
  to: number | null;
  at: number;
  by: string | null;
  for: string[];
}

export function recordOf(row: RecordRow): OptOutRecord {
  return {
    id: row.id,
    sequence: BigInt(row.s),
    act: row.act,
    purposes: row.purposes,
    vendors: row.vr === 'all' ? 'all' : row.v,
    studies: row.sr === 'all' ? 'all' : row.u,
    coversDeidentified: row.d,
    effectiveFrom: new Date(row.from),
    expiresAt: row.to === null ? null : new Date(row.to),
    recordedAt: new Date(row.at),
    supersedesId: row.by,
  };
}

/** Without the spaces that DICOM pads with (PS3.5 6.2), and no other: as `btrim` of a list does it. */
export function unpadded(text: string): string {
  return text.replace(/^ +| +$/g, '');
}

/** Whose slug or valid endpoint the names in `asked (place, name, at)` are; the facility's own endpoints are among them, as null. */
const ownersOf = `
  select asked.place, vendor.id as owner from asked join vendor on vendor.slug = asked.name
  union
  select asked.place, endpoint.vendor_id from asked join vendor_endpoint endpoint
    on endpoint.value = asked.trimmed and endpoint.valid_from <= asked.at and (endpoint.valid_to is null or endpoint.valid_to > asked.at)`;

/**
 * All that a decision rests on, read in one statement and so at one moment: what was committed before it counts, also in records that are
 * one person with the one asked about. Up to the survivor of a merge, then down to all that were merged into it.
 */
const everything = `
with recursive asked as (
  select place::int, name, trimmed, at from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as asked (name, trimmed, at, place)
), owners as (${ownersOf}
), pair as (
  select place::int, issuer, value from unnest(${fromLines('$4', 'text')}, ${fromLines('$5', 'text')}) with ordinality as pair (issuer, value, place)
), found as materialized (
  select pair.place, own.patient_id from pair join patient_identifier own using (issuer, value)
), up as (
  select record.id as asked, record.id, record.merged_into_id from patient record where record.id in (select patient_id from found)
  union
  select up.asked, above.id, above.merged_into_id from up join patient above on above.id = up.merged_into_id
), member as (
  select asked, id from up
  union
  select member.asked, below.id from member join patient below on below.merged_into_id = member.id
)
select exists (select from restored_backup where confirmed_at is null) as held,
       (select coalesce(json_agg(json_build_array((extract(epoch from set_at) * 1000)::bigint, value) order by set_at, id), '[]')
          from setting_version where name = 'choices') as rules,
       (select coalesce(json_agg(json_build_array(place, owner)), '[]') from owners) as owners,
       (select coalesce(json_agg(json_build_array(place, patient_id)), '[]') from found) as found,
       (select coalesce(json_agg(json_build_array(member.asked, ${recordJson}) order by o.sequence), '[]')
          from member join opt_out o on o.patient_id = member.id) as records`;

/** Reads what the answers to some questions rest on. Sent by `pg` alone: ten thousand patients, or a thousand calls a second, are asked about. */
export async function readAskedAbout(
  db: Pool | ClientBase,
  { recipients, patients }: AskedAbout,
): Promise<Found> {
  const { rows } = await db.query<{
    held: boolean;
    rules: [number, unknown][];
    owners: [number, string | null][];
    found: [number, string][];
    records: [string, RecordRow][];
  }>({
    name: 'asked-about',
    text: everything,
    values: [
      recipients.map(({ name }) => name),
      recipients.map(({ name }) => unpadded(name)),
      recipients.map(({ at }) => at),
      asLines(patients.map(({ issuer }) => issuer)),
      asLines(patients.map(({ value }) => value)),
    ],
  });
  const [row] = rows;
  if (!row) throw new Error('the database gave no answer');
  const owners = new Map<number, (string | null)[]>();
  for (const [place, owner] of row.owners) owners.set(place, [...(owners.get(place) ?? []), owner]);
  const records = new Map<string, OptOutRecord[]>();
  for (const [asked, one] of row.records) {
    const record = countedFor(recordOf(one), one.for, asked);
    const before = records.get(asked);
    if (before) before.push(record);
    else records.set(asked, [record]);
  }
  const found = new Map(row.found);
  return {
    isHeld: row.held,
    rules: row.rules.map(([from, value]) => ({
      from: new Date(from),
      rules: settingSchemas.choices.parse(value),
    })),
    vendorIds: recipients.map((_, index) => {
      const [owner = null, ...others] = owners.get(index + 1) ?? [];
      return others.length > 0 ? null : owner;
    }),
    patients: patients.map((_, index) => {
      const id = found.get(index + 1);
      return id === undefined ? null : { id, records: records.get(id) ?? [] };
    }),
  };
}
