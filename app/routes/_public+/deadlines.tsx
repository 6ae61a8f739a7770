import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { momentOfDay } from '#app/clocks/input.ts';
import { askClock } from '#app/clocks/question.ts';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { wholeQuestion } from '#app/web/deadlines.server.ts';
import { whoIs } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { useMistakes, type FormMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { calendarChoices, mistakesOfForm, readDeadlineForm, rowsToShow } from './_parts/deadline-form.ts';
import { DeadlineFields } from './_parts/deadline-fields.tsx';
import { DeadlineResult } from './_parts/deadline-result.tsx';
import { DeadlineRules } from './_parts/deadline-rules.tsx';
import { eventsView, pausesView, resultView, rulesView } from './_parts/deadline-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world } = args.context;
  const locale = await localeOf(args, await whoIs(args));
  const { asked, form, mistakes } = readDeadlineForm(new URL(args.request.url).searchParams);
  const [facility, promises] = await Promise.all([theFacility(world.db), settingNow(world.db, 'promises')]);
  const page = {
    form: { ...form, timeZone: form.timeZone || facility.timeZone, ...rowsToShow(form) },
    isOwn:
      form.calendar !== 'facility' ||
      form.rows.length + form.pauses.length > 0 ||
      form.time !== '' ||
      (form.timeZone !== '' && form.timeZone !== facility.timeZone),
    groups: rulesView(promises, locale),
    events: eventsView(locale),
    pauses: pausesView(locale),
  };
  if (!asked && Object.keys(mistakes).length === 0)
    return data({ ...page, result: null, mistakes: null as FormMistakes | null });

  const whole = await wholeQuestion(world, {
    rule: form.rule,
    receivedAt: form.receivedOn,
    timeZone: form.timeZone || undefined,
    holidays: form.calendar === 'facility' ? undefined : form.calendar === 'own' ? daysIn(form.days) : [],
    events: form.rows.map(({ type, on, until }) => ({
      type,
      at: on,
      until: until || undefined,
      ...(type === 'extensionNoticeSent' ? { hasReason: true, hasNewDate: true } : {}),
    })),
    pauses: form.pauses.map(({ reason, from, to }) => ({ reason, from, to: to || undefined })),
  });
  const question = { ...whole, receivedAt: momentOfDay(form.receivedOn, form.time, whole.timeZone) };
  const counted = askClock(question);
  const found = mistakesOfForm(counted.ok ? [] : counted.mistakes);
  const errors: FormMistakes['errors'] = { ...mistakes, ...found.errors };
  if (!/^\d{4}-\d\d-\d\d$/.test(form.receivedOn)) errors.receivedOn = 'errors.deadlineReceived';
  if (form.time !== '' && !/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(form.time))
    errors.time = 'errors.deadlineTime';
  if (!(calendarChoices as readonly string[]).includes(form.calendar)) errors.calendar = 'errors.choose';
  if (!counted.ok || Object.keys(errors).length > 0)
    return data({ ...page, result: null, mistakes: { ...found, errors, typed: {} } }, { status: 400 });
  return data({
    ...page,
    result: resultView(question, counted.count, world.clock(), locale),
    mistakes: null,
  });
}

/** One date a line; commas and spaces are taken as well. */
const daysIn = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'deadlines.title', { mistakes: Boolean(args.data?.mistakes) });

export default function Deadlines() {
  const words = useWords();
  const { form, isOwn, groups, events, pauses, result, mistakes: found } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(found ? { mistakes: found } : undefined);
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('deadlines.title')} lead={words('deadlines.lead')} />
      </div>
      {result && <DeadlineResult result={result} />}
      <DeadlineFields
        key={JSON.stringify(form)}
        form={form}
        isOpen={isOwn || mistakes.any}
        groups={groups}
        events={events}
        pauses={pauses}
        error={mistakes.error}
      />
      <p className="text-muted">{words('deadlines.notAdvice')}</p>
      <DeadlineRules groups={groups} />
    </div>
  );
}
