import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { ResearchContact } from './accounting.ts';

/** 45 CFR 164.528(b)(4)(i): research on this many people or more may be listed by its protocol. */
export const researchPeople = 50;

export interface ResearchProtocol {
  protocolId: string;
  version: number;
  name: string;
  description: string;
  criteria: string;
  dataSent: string;
  /** Facility-local dates `YYYY-MM-DD`; `lastOn` null: releases go on. */
  firstOn: string;
  lastOn: string | null;
  people: number;
  vendorId: string | null;
  sponsor: ResearchContact;
  researcher: ResearchContact;
  withdrawn: boolean;
}

export type ProtocolFacts = Omit<ResearchProtocol, 'protocolId' | 'version'>;

const fields = {
  protocolId: true,
  version: true,
  name: true,
  description: true,
  criteria: true,
  dataSent: true,
  firstOn: true,
  lastOn: true,
  people: true,
  vendorId: true,
  sponsorName: true,
  sponsorAddress: true,
  sponsorPhone: true,
  researcherName: true,
  researcherAddress: true,
  researcherPhone: true,
  withdrawn: true,
} as const;

const dateText = (date: Date) => date.toISOString().slice(0, 10);

/** The version of each protocol that stands, by name. */
export async function researchProtocols(db: Db | Tx): Promise<ResearchProtocol[]> {
  const rows = await db.researchProtocol.findMany({
    distinct: ['protocolId'],
    orderBy: [{ protocolId: 'asc' }, { version: 'desc' }],
    select: fields,
  });
  return rows
    .map(
      ({
        firstOn,
        lastOn,
        sponsorName,
        sponsorAddress,
        sponsorPhone,
        researcherName,
        researcherAddress,
        researcherPhone,
        ...row
      }): ResearchProtocol => ({
        ...row,
        firstOn: dateText(firstOn),
        lastOn: lastOn && dateText(lastOn),
        sponsor: { name: sponsorName, address: sponsorAddress, phone: sponsorPhone },
        researcher: { name: researcherName, address: researcherAddress, phone: researcherPhone },
      }),
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Protocols that an accounting lists by 164.528(b)(4): on fifty people or more, with releases in the window (facility-local dates). */
export async function protocolsInWindow(
  db: Db | Tx,
  window: { from: string; to: string },
): Promise<ResearchProtocol[]> {
  const all = await researchProtocols(db);
  return all.filter(
    ({ withdrawn, people, firstOn, lastOn }) =>
      !withdrawn &&
      people >= researchPeople &&
      firstOn <= window.to &&
      (lastOn === null || lastOn >= window.from),
  );
}

export type ProtocolRefusal = 'unknown' | 'changedMeanwhile' | 'lastBeforeFirst';

/**
 * Records a protocol, or a new version of one. Nothing is edited: accountings that were given keep what they said.
 * @param of the protocol and the version that the form was shown with; null: a new protocol
 */
export function recordProtocol(
  world: World,
  actor: Person,
  { of, facts }: { of: { protocolId: string; version: number } | null; facts: ProtocolFacts },
): Promise<{ ok: true; protocolId: string } | { ok: false; refusal: ProtocolRefusal }> {
  return inTransaction(world.db, async (tx) => {
    if (facts.lastOn !== null && facts.lastOn < facts.firstOn)
      return { ok: false, refusal: 'lastBeforeFirst' };
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('research protocols'))`;
    const standing = of && (await researchProtocols(tx)).find((one) => one.protocolId === of.protocolId);
    if (of && !standing) return { ok: false, refusal: 'unknown' };
    if (of && standing?.version !== of.version) return { ok: false, refusal: 'changedMeanwhile' };
    if (facts.vendorId !== null && (await tx.vendor.count({ where: { id: facts.vendorId } })) === 0)
      return { ok: false, refusal: 'unknown' };
    const { sponsor, researcher, firstOn, lastOn, ...rest } = facts;
    const protocolId = of?.protocolId ?? randomUUID();
    const version = (of?.version ?? 0) + 1;
    const now = world.clock();
    await tx.researchProtocol.create({
      data: {
        ...rest,
        protocolId,
        version,
        firstOn: new Date(firstOn),
        lastOn: lastOn === null ? null : new Date(lastOn),
        sponsorName: sponsor.name,
        sponsorAddress: sponsor.address,
        sponsorPhone: sponsor.phone,
        researcherName: researcher.name,
        researcherAddress: researcher.address,
        researcherPhone: researcher.phone,
        recordedAt: now,
        recordedById: actor.id,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'researchProtocol.recorded',
      actor,
      at: now,
      subject: { kind: 'researchProtocol', id: protocolId },
      after: { version, name: facts.name, people: facts.people, withdrawn: facts.withdrawn },
      visibleToPatient: false,
    });
    return { ok: true, protocolId };
  });
}
