import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import {
  basisInWords,
  exclusionInWords,
  legalBases,
  purposeCodes,
  purposeInWords,
} from '#app/disclosures/accounting-words.ts';
import { basesOfExclusion, type ProposedRule, type VendorExclusion } from '#app/disclosures/release-rules.ts';
import { makeRule, previewRule, rulesMadeBy, rulesOfVendor } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { reasonField } from '../../staff+/_parts/reason.ts';
import { RuleEffect, RuleForm, RuleVersions } from '../_parts/rule-parts.tsx';
import { previewView, versionView } from '../_parts/rules-view.server.ts';
import { versionField } from '../_parts/save-setting.server.ts';

const exclusions = Object.keys(basesOfExclusion) as VendorExclusion[];
const schema = z.strictObject({
  intent: z.enum(['show', 'make'], 'errors.formUnreadable'),
  expected: versionField,
  purpose: z.enum(purposeCodes, 'errors.choose'),
  basis: z.enum(legalBases, 'errors.choose'),
  list: z.enum(['law', ...exclusions], 'errors.choose'),
  validFrom: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date'),
  reason: reasonField,
});

const fieldOf = {
  exclusionUnfounded: 'list',
  startsTooEarly: 'validFrom',
  startsBeforePlanned: 'validFrom',
  nothingChanged: '',
} as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'rules.see');
  const vendor = await rulesOfVendor(world.db, rowId(args.params.vendorId));
  if (!vendor) throw notFound();
  const [made, { timeZone }] = await Promise.all([
    rulesMadeBy(
      world.db,
      vendor.versions.map(({ id }) => id),
    ),
    theFacility(world.db),
  ]);
  const words = wordsFor(locale);
  return {
    name: vendor.name,
    expected: vendor.versions[0]?.id ?? '',
    versions: vendor.versions.map((rule) => versionView(rule, made.get(rule.id), { locale, timeZone, now })),
    choices: {
      purposes: purposeCodes.map((value) => ({ value, label: purposeInWords(words, value) })),
      bases: legalBases.map((value) => ({ value, label: basisInWords(words, value) })),
      lists: [
        { value: 'law', label: words('releases.list.law') },
        ...exclusions.map((value) => ({
          value,
          label: `${words('releases.list.also')} ${exclusionInWords(words, value)}`,
        })),
      ],
    },
    mayManage: can(person.role, 'rules.manage'),
    done: new URL(args.request.url).searchParams.get('done') === 'made',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'rules.manage');
  const { world, person: actor, locale } = visit;
  const vendorId = rowId(args.params.vendorId);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, expected, purpose, basis, list, validFrom, reason } = form.value;
  const fields = { ...form.value, expected: expected ?? '' };
  const typed = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
  const { timeZone } = await theFacility(world.db);
  const proposed: ProposedRule = {
    purpose,
    legalBasis: basis,
    exclusionReason: list === 'law' ? null : list,
    validFrom: validFrom ? startOfLocalDate(validFrom, timeZone) : null,
  };
  if (intent === 'show') {
    const preview = await previewRule(world, vendorId, proposed);
    if (!preview.ok) return refused(preview.refusal, typed);
    return data({
      mistakes: { errors: {}, typed },
      shown: { effect: previewView(preview.rows, preview.otherwise, locale), fields },
    });
  }
  await requireFreshFactorFor(args, visit, fields);
  const made = await makeRule(world, { vendorId, expected, proposed, reason, actor });
  return made.ok ? redirect(`/officer/settings/rules/${vendorId}?done=made`) : refused(made.refusal, typed);
}

function refused(
  refusal: keyof typeof fieldOf | 'vendorUnknown' | 'changedMeanwhile',
  typed: Record<string, string[]>,
) {
  if (refusal === 'vendorUnknown') throw notFound();
  if (refusal === 'changedMeanwhile') return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
  return oneMistake(fieldOf[refusal], `errors.rule.${refusal}`, { typed });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'releases.titleOf', { values: { name: args.data?.name ?? '' } });

export default function Rule() {
  const words = useWords();
  const { name, expected, versions, choices, mayManage, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const shown = answer && 'shown' in answer ? answer.shown : null;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !answer ? words('settings.saved') : null} />
        <PageHeader
          back={{ to: '/officer/settings/rules', label: words('settings.rules.title') }}
          title={name}
          lead={words('releases.pageLead')}
        />
      </div>
      {shown && (
        <section className="stack" aria-labelledby="effect">
          <h2 id="effect">{words('releases.effectHeading')}</h2>
          <RuleEffect effect={shown.effect} fields={shown.fields} />
        </section>
      )}
      <section className="stack" aria-labelledby="versions">
        <h2 id="versions">{words('releases.versions')}</h2>
        <RuleVersions versions={versions} caption={words('releases.versions')} />
      </section>
      {mayManage ? (
        <section className="stack" aria-labelledby="new">
          <h2 id="new">{words('releases.new')}</h2>
          <RuleForm expected={expected} choices={choices} isShown={shown !== null} mistakes={mistakes} />
        </section>
      ) : (
        <p className="text-muted">{words('settings.readOnly')}</p>
      )}
    </div>
  );
}
