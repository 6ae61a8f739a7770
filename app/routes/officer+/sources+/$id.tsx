import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { parseTimeZone } from '#app/clocks/input.ts';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import {
  daysReported,
  lastDays,
  sourceGaps,
  sourceHistory,
  sourcesHealth,
} from '#app/disclosures/source-health.server.ts';
import { readRhythm } from '#app/disclosures/source-rules.ts';
import { setSource, type SourceChange } from '#app/disclosures/source-settings.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, requirePerson, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';
import { asFields } from '../_parts/save-setting.server.ts';
import { Certificates, GapTable, SourceForm, StandingBadge } from '../_parts/source-parts.tsx';
import { SourceStrips } from '../_parts/source-strips.tsx';
import {
  certificatesView,
  gapView,
  isSource,
  sourceHistoryView,
  sourcePath,
  sourceView,
  stripsView,
} from '../_parts/sources-view.server.ts';

const drawnDays = 90;
const mostGaps = 100;

const line = (longest: number) =>
  z
    .string('errors.formUnreadable')
    .trim()
    .max(longest, 'errors.tooLong')
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'errors.formUnreadable');
const fingerprint = z.string('errors.formUnreadable').regex(/^[0-9a-f]{64}$/, 'errors.formUnreadable');
const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('set'),
    every: line(4),
    from: line(2),
    to: line(2),
    issuer: line(64),
    zone: line(64).refine((name) => name === '' || isTimeZone(name), 'errors.timeZone'),
  }),
  z.strictObject({ intent: z.literal('trust'), fingerprint }),
  z.strictObject({ intent: z.literal('distrust'), fingerprint }),
]);
type Fields = z.infer<typeof schema>;

function isTimeZone(name: string): boolean {
  try {
    return parseTimeZone(name) === name;
  } catch {
    return false;
  }
}

async function sourceOf({ world, now }: Visit, path: string | undefined) {
  const source = (await sourcesHealth(world.db, now)).find(isSource(path));
  if (!source) throw notFound();
  return source;
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'sources.see');
  const { world, person, locale, now } = visit;
  const { db } = world;
  const source = await sourceOf(visit, args.params.id);
  const { auditSourceId, rhythm } = source;
  const { timeZone } = await theFacility(db);
  const days = lastDays(now, timeZone, drawnDays);
  const [gaps, reported, history] = await Promise.all([
    sourceGaps(db, { since: new Date(0), of: auditSourceId, most: mostGaps }),
    daysReported(db, [auditSourceId], days, timeZone),
    sourceHistory(db, auditSourceId),
  ]);
  const reader = { locale, timeZone, now };
  return {
    source: sourceView(source, reader),
    strips: stripsView([source], { gaps, reported, days, most: 1 }, reader),
    gaps: gaps.map((gap) => gapView(gap, reader)),
    set: {
      every: rhythm ? `${rhythm.everyHours}` : '',
      from: rhythm?.work ? `${rhythm.work.from}` : '',
      to: rhythm?.work ? `${rhythm.work.to}` : '',
      issuer: source.defaultIssuer ?? '',
      zone: source.assumedTimeZone ?? '',
    },
    certificates: certificatesView(source, reader),
    history: sourceHistoryView(history, reader),
    mayManage: can(person.role, 'sources.manage'),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'sources.manage');
  const { world, person: actor, now } = visit;
  const { auditSourceId } = await sourceOf(visit, args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  await requireFreshFactorFor(args, visit, asFields(form.value));
  const read = changeOf(form.value);
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  if (!read.ok) return oneMistake(read.field, read.mistake, { typed });
  const done = await setSource(world.db, { actor, now, auditSourceId, change: read.change });
  if (done.ok) return redirect(`${sourcePath(auditSourceId)}?done=saved`);
  return done.refusal === 'nothingChanged'
    ? oneMistake('', 'errors.nothingChanged', { typed })
    : oneMistake('', 'errors.changedMeanwhile', { status: 409 });
}

function changeOf(
  fields: Fields,
): { ok: true; change: SourceChange } | { ok: false; field: string; mistake: MessageId } {
  if (fields.intent !== 'set') {
    const trusted = { fingerprint: fields.fingerprint, isTrusted: fields.intent === 'trust' };
    return { ok: true, change: { trusted } };
  }
  const read = readRhythm(fields);
  if (!read.ok) return { ok: false, field: read.field, mistake: `errors.source.${read.field}` };
  const { issuer, zone } = fields;
  return {
    ok: true,
    change: { rhythm: read.rhythm, defaultIssuer: issuer || null, assumedTimeZone: zone || null },
  };
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'sources.titleOf', { values: { name: args.data?.source.name ?? '' } });

export default function Source() {
  const words = useWords();
  const { source, strips, gaps, set, certificates, history, mayManage, done } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words('settings.saved') : null} />
        <PageHeader
          back={{ to: '/officer/sources', label: words('sources.title') }}
          title={<span className="break-all">{source.name}</span>}
          status={<StandingBadge standing={source.standing} />}
        />
        <SummaryList
          rows={[
            {
              term: words('sources.lastAt'),
              value: source.lastAt ? `${source.lastAt} (${source.ago})` : source.ago,
            },
            { term: words('sources.rhythm'), value: source.rhythm },
            { term: words('sources.messages'), value: source.messages === 0 ? '–' : source.messages },
          ]}
        />
      </div>
      <section className="stack" aria-labelledby="days">
        <h2 id="days">{words('sources.strip.heading', { days: strips.days })}</h2>
        <SourceStrips strips={strips} named={false} />
      </section>
      <section className="stack" aria-labelledby="gaps">
        <h2 id="gaps">{words('sources.gaps.title')}</h2>
        <p className="text-muted max-w-measure">{words('sources.gaps.hint')}</p>
        <GapTable gaps={gaps} caption={words('sources.gaps.title')} named={false} />
      </section>
      <section className="stack" aria-labelledby="settings">
        <h2 id="settings">{words('sources.settings')}</h2>
        <SourceForm set={set} mayManage={mayManage} mistakes={mistakes} />
      </section>
      <section className="stack" aria-labelledby="certificates">
        <h2 id="certificates">{words('sources.certificates.title')}</h2>
        <p className="text-muted max-w-measure">{words('sources.certificates.hint')}</p>
        <Certificates certificates={certificates} mayManage={mayManage} />
      </section>
      {history.length > 0 ? (
        <Timeline past={history} headingLevel={2} />
      ) : (
        <p className="text-muted">{words('settings.history.none')}</p>
      )}
    </div>
  );
}
