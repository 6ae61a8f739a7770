import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { acceptInvitation } from '#app/people/accept-invitation.server.ts';
import { claimIdentity } from '#app/people/identity-claims.server.ts';
import { newestClaimOf } from '#app/people/identity-claims-reading.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { readingAs, requirePerson, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { InvitationForm, WhoAmIForm } from './_parts/who-am-i.tsx';

const oneLine = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(100, 'errors.tooLong')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'errors.formUnreadable');

const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({
      intent: z.literal('claim'),
      givenName: oneLine,
      familyName: oneLine,
      bornOn: z.iso.date('errors.birthDate'),
      value: oneLine,
      issuer: z.enum(['here', 'elsewhere'], 'errors.choose'),
      issuerName: z.string().trim().max(100, 'errors.tooLong').default(''),
    }),
    z.strictObject({
      intent: z.literal('invitation'),
      invitation: z
        .string('errors.invitation')
        .trim()
        .min(1, 'errors.invitation')
        .max(100, 'errors.invitation'),
    }),
  ],
  'errors.formUnreadable',
);

/** Nobody who has a scan was born before. */
const earliestBirth = '1880-01-01';

/** The door of this page: patients alone, and only while they have no record. */
async function requireNewcomer(args: LoaderFunctionArgs): Promise<Visit> {
  const visit = await requirePerson(args, 'ownRecords.see');
  if (visit.person.patientId) throw redirect('/home');
  const own = await visit.world.db.user.count({ where: { id: visit.person.id, patientId: { not: null } } });
  // Whoever acts for somebody has their own record, and chooses there for whom they act.
  if (own > 0) throw redirect('/account/representatives');
  return visit;
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requireNewcomer(args);
  const { world, person, locale } = visit;
  const { facility, claim } = await readingAs(visit, async ({ world: { db } }) => ({
    facility: await theFacility(db),
    claim: await newestClaimOf(db, person.id),
  }));
  const day = (at: Date | null) => at && dayOfInstantInWords(locale, at, facility.timeZone);
  return {
    facilityName: facility.name,
    today: localDateAt(world.clock(), facility.timeZone),
    waitingSince: claim?.state === 'pending' ? day(claim.claimedAt) : null,
    refused:
      claim?.state === 'failed' && claim.decidedAt
        ? { date: day(claim.decidedAt) ?? '', reason: claim.reason ?? '' }
        : null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, session, now } = await requireNewcomer(args);
  const form = await readForm(args, { schema, secret: ['invitation'] });
  if (!form.ok) return formMistakes(form.mistakes);
  if (form.value.intent === 'invitation') {
    const typed = form.value.invitation;
    const { address } = args.context;
    const accepted = await orBusy(acceptInvitation(world, { person, session, typed, address }));
    if ('wait' in accepted) return tooManyTries(accepted.wait);
    if (!accepted.ok) return oneMistake('invitation', 'errors.invitation');
    return redirect('/home', {
      headers: { 'Set-Cookie': await setCookie(world, 'session', accepted.sessionId) },
    });
  }
  const { issuer, issuerName, givenName, familyName, bornOn, value } = form.value;
  const typed = {
    givenName: [givenName],
    familyName: [familyName],
    bornOn: [bornOn],
    value: [value],
    issuer: [issuer],
    issuerName: [issuerName],
  };
  const facility = await theFacility(world.db);
  if (bornOn > localDateAt(now, facility.timeZone) || bornOn < earliestBirth)
    return oneMistake('bornOn', 'errors.birthDate', { typed });
  if (issuer === 'elsewhere' && issuerName === '')
    return oneMistake('issuerName', 'errors.required', { typed });
  const claimed = await claimIdentity(world, {
    person,
    claim: {
      givenName,
      familyName,
      bornOn,
      value,
      issuer: issuer === 'here' ? facility.issuer : issuerName,
    },
  });
  if (!claimed.ok && claimed.refusal === 'tooMany')
    return oneMistake('', 'errors.claimsToday', { typed, status: 429 });
  return redirect('/welcome');
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, args.data?.waitingSince ? 'signUp.welcome.waitingTitle' : 'signUp.welcome.title');

export default function Welcome() {
  const words = useWords();
  const { waitingSince, refused, facilityName, today } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words(waitingSince ? 'signUp.welcome.waitingTitle' : 'signUp.welcome.title')}
          lead={words(waitingSince ? 'signUp.welcome.waitingLead' : 'signUp.welcome.lead')}
        />
        {waitingSince && (
          <div role="status">
            <Notice tone="info" icon="clock" heading={words('signUp.welcome.waiting')}>
              <p>{words('signUp.welcome.waitingText', { date: waitingSince })}</p>
            </Notice>
          </div>
        )}
        {refused && (
          <Notice tone="soon" heading={words('signUp.welcome.failed')}>
            <p>{words('signUp.welcome.failedText', refused)}</p>
          </Notice>
        )}
      </div>
      <InvitationForm mistakes={mistakes} />
      {!waitingSince && <WhoAmIForm mistakes={mistakes} facilityName={facilityName} today={today} />}
      <section className="stack" aria-labelledby="acting">
        <h2 id="acting" className="text-h3">
          {words('signUp.welcome.actTitle')}
        </h2>
        <p>{words('signUp.welcome.actText')}</p>
        <p>
          <Link to="/account/representatives" className="inline-flex min-h-(--target) items-center">
            {words('signUp.welcome.actLink')}
          </Link>
        </p>
      </section>
    </div>
  );
}
