import { appendEvent } from '#app/audit/audit.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, Prisma } from '#app/db/client.server.ts';
import { beginningsTyped } from '#app/db/word-search.server.ts';
import type { World } from '#app/db/world.ts';
import type { PatientKey } from './patients.server.ts';

export interface PatientSearch {
  /** Beginnings of words of given and family names, in any order, with or without accents; empty for any name. */
  name: string;
  /** `YYYY-MM-DD`, or empty. */
  bornOn: string;
  /** Patient number, or empty. */
  number: string;
  /** Who gave the number, or empty for anybody. */
  issuer: string;
  /** The last record of the page before; null for the first page. */
  after: string | null;
}

export interface FoundPatient {
  id: string;
  name: string;
  bornOn: string;
  identifiers: PatientKey[];
  hasAccount: boolean;
  merged: boolean;
}

const patientPageSize = 25;
const mostNames = 6;

/**
 * Finds records by what somebody at the desk knows, by name in order of the alphabet, a page at a time. One event tells that there was a
 * search and how many records it showed; what was typed is not kept.
 */
export async function searchPatients(
  world: World,
  actor: Person,
  { name, bornOn, number, issuer, after }: PatientSearch,
): Promise<{ found: FoundPatient[]; next: string | null }> {
  const ids = await world.db.$queryRaw<{ id: string }[]>`
    select p.id from patient p
     where ${name ? Prisma.sql`to_tsvector('simple', plain_letters(p.given_name || ' ' || p.family_name)) @@ ${beginningsTyped(name, mostNames)}` : Prisma.sql`true`}
       ${bornOn ? Prisma.sql`and p.born_on = ${bornOn}::date` : Prisma.empty}
       ${
         number
           ? Prisma.sql`and exists (select 1 from patient_identifier own where own.patient_id = p.id and own.value = ${number}
               ${issuer ? Prisma.sql`and own.issuer = ${issuer}` : Prisma.empty})`
           : Prisma.empty
       }
       ${
         after
           ? Prisma.sql`and (p.family_name, p.given_name, p.id) > (select last.family_name, last.given_name, last.id from patient last where last.id = ${after}::uuid)`
           : Prisma.empty
       }
     order by p.family_name, p.given_name, p.id limit ${patientPageSize + 1}`;
  const rows = await world.db.patient.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    orderBy: [{ familyName: 'asc' }, { givenName: 'asc' }, { id: 'asc' }],
    select: {
      id: true,
      givenName: true,
      familyName: true,
      bornOn: true,
      mergedIntoId: true,
      identifiers: { select: { issuer: true, value: true }, orderBy: { recordedAt: 'asc' } },
      account: { select: { id: true } },
    },
  });
  const page = rows.slice(0, patientPageSize);
  const at = world.clock();
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor,
      at,
      subject: { kind: 'patientSearch', id: actor.id },
      after: { found: page.length },
      visibleToPatient: false,
    }),
  );
  await recordListRead(world, { actor, list: 'patientSearch', patientIds: page.map(({ id }) => id) });
  return {
    found: page.map((row) => ({
      id: row.id,
      name: `${row.givenName} ${row.familyName}`,
      bornOn: row.bornOn.toISOString().slice(0, 10),
      identifiers: row.identifiers,
      hasAccount: row.account !== null,
      merged: row.mergedIntoId !== null,
    })),
    next: rows.length > patientPageSize ? (page.at(-1)?.id ?? null) : null,
  };
}
