import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { readersOf } from '#app/people/activity.server.ts';
import { openFlags } from '#app/people/flags.server.ts';
import { openInvitationsOf } from '#app/people/invitations.server.ts';
import { mergesOf } from '#app/people/merging.server.ts';
import { patientFile, type PatientFile } from '#app/people/patients.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { actedForBy } from '#app/people/representations-reading.server.ts';
import { requestsOfPatient } from '#app/requests/reading.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { representationView } from '#app/web/present-representations.server.ts';
import { dateInWords, dayOfInstantInWords, instantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export const nameOf = ({ givenName, familyName }: { givenName: string; familyName: string }) =>
  `${givenName} ${familyName}`;

/** A record as staff see it, with all that is read together with it; null when there is none. Dates in the facility's zone. */
export async function patientView(
  world: World,
  { id, now, locale }: { id: string; now: Date; locale: Locale },
) {
  const { db } = world;
  const file = await patientFile(db, id);
  if (!file) return null;
  const words = wordsFor(locale);
  const { timeZone } = await theFacility(db);
  const group = await recordGroup(db, id);
  const [others, requests, optOuts, vendors, representations, flags, merges, invitations, readers] =
    await Promise.all([
      Promise.all(group.filter((one) => one !== id).map((one) => patientFile(db, one))),
      requestsOfPatient(db, id),
      optOutHistory(db, id),
      allVendors(db),
      actedForBy(db, id, localDate(now, timeZone)),
      openFlags(db, id),
      mergesOf(db, group),
      openInvitationsOf(db, { patientId: id }, now),
      readersOf(db, group),
    ]);
  const companies = new Map(vendors.map((vendor) => [vendor.id, vendor.name]));
  const reader = { locale, timeZone, now };
  const day = (instant: Date) => dayOfInstantInWords(locale, instant, timeZone);
  const known = others.filter((one): one is PatientFile => one !== null);
  const survivor = [file, ...known].find(({ mergedIntoId }) => mergedIntoId === null);
  return {
    id,
    name: nameOf(file),
    bornOn: dateInWords(locale, file.bornOn),
    since: day(file.createdAt),
    identifiers: file.identifiers,
    account: accountInWords(),
    survivor: survivor && survivor.id !== id ? { id: survivor.id, name: nameOf(survivor) } : null,
    others: known.map((one) => ({
      id: one.id,
      name: nameOf(one),
      bornOn: dateInWords(locale, one.bornOn),
      identifiers: one.identifiers,
    })),
    requests: requests.slice(0, 10).map((one) => ({
      id: one.id,
      reference: one.reference,
      kind: words(`requests.kind.${one.kind}`),
      received: day(one.receivedAt),
    })),
    requestCount: requests.length,
    choices: optOuts
      .filter((one) => stillCounts(one, now))
      .map((one) => {
        const {
          id: choiceId,
          isYes,
          purposes,
          companies: whom,
          sinceDay,
          requestId,
          reference,
        } = optOutView(one, companies, reader);
        return { id: choiceId, isYes, purposes, whom, sinceDay, requestId, reference };
      }),
    representations: representations.map((one) => representationView(one, reader)),
    flags: flags.map((flag) => ({
      id: flag.id,
      kind: flag.kind,
      person: flag.against?.displayName ?? flag.personName,
      reason: flag.reason,
      set: words('records.flag.set', { date: day(flag.setAt), name: flag.setBy.displayName }),
    })),
    merges: merges.map((merge) => ({
      id: merge.id,
      stands: merge.unmergedAt === null,
      what: words('records.merge.was', { merged: nameOf(merge.merged), survivor: nameOf(merge.survivor) }),
      at: { iso: merge.mergedAt.toISOString(), words: instantInWords(locale, merge.mergedAt, timeZone) },
      who: merge.mergedBy.displayName,
      reason: merge.reason,
      parted: merge.unmergedAt
        ? words('records.merge.parted', {
            date: day(merge.unmergedAt),
            name: merge.unmergedBy?.displayName ?? '',
            reason: merge.unmergeReason ?? '',
          })
        : null,
    })),
    invitations: invitations.map((one) => ({
      id: one.id,
      words: words('records.invite.open', { date: day(one.expiresAt), name: one.invitedBy.displayName }),
    })),
    hasAccount: [file, ...known].some(({ account }) => account !== null),
    readers: readers.map((one) => ({
      id: one.id,
      name: one.actorName,
      role: words(`officer.role.${one.role}`),
      at: { iso: one.at.toISOString(), words: instantInWords(locale, one.at, timeZone) },
    })),
  };

  function accountInWords(): string {
    const account = file?.account ?? known.find((one) => one.account)?.account;
    if (!account) return words('records.account.none');
    if (account.disabledAt) return words('records.account.shut', { date: day(account.disabledAt) });
    return account.lastSignInAt
      ? words('records.account.used', { email: account.email, date: day(account.lastSignInAt) })
      : words('records.account.open', { email: account.email });
  }
}
export type PatientView = NonNullable<Awaited<ReturnType<typeof patientView>>>;
