import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ownPromises, promiseRange } from '#app/clocks/rules.ts';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { promisedCount } from '#app/facility/settings.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { asFields, savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const days = z
  .string('errors.promiseDays')
  .trim()
  .regex(/^\d{1,3}$/, 'errors.promiseDays')
  .transform(Number)
  .refine((n) => n >= promiseRange.least && n <= promiseRange.most, 'errors.promiseDays');
const fieldOf = (id: string) => id.replace('promise.', '');
const schema = z.strictObject({
  version: versionField,
  ...Object.fromEntries(ownPromises.map(({ id }) => [fieldOf(id), days])),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const words = wordsFor(locale);
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'promises'),
    settingChanges(world.db, 'promises'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    rules: ownPromises.map(({ id, n, unit }) => ({
      field: fieldOf(id),
      name: words(`deadlines.rule.${id}`),
      days: promisedCount(value, id) ?? n,
      usual: words('settings.promises.usual', { period: words('deadlines.period', { n, unit }) }),
    })),
    mayManage: can(person.role, 'settings.manage'),
    history: historyView(changes, { locale, timeZone }),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  await requireFreshFactorFor(args, visit, asFields(form.value));
  const { version: expected, ...given } = form.value as { version: string | null } & Record<string, number>;
  // A rule's own number is not written down: it follows the rule.
  const value = Object.fromEntries(
    ownPromises.flatMap(({ id, n }) => {
      const promised = given[fieldOf(id)];
      return promised === undefined || promised === n ? [] : [[id, promised]];
    }),
  );
  const change = { name: 'promises', value, expected, actor: visit.person } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/promises');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.promises.title');

export default function Promises() {
  const words = useWords();
  const { version, rules, mayManage, history, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.promises.title')}
      lead={words('settings.promises.lead')}
      errors={mistakes.summary}
      done={done}
      history={history}
    >
      <SettingForm version={version} mayManage={mayManage}>
        {rules.map(({ field, name, days: promised, usual }) => (
          <TextField
            key={field}
            name={field}
            width="code"
            inputMode="numeric"
            label={name}
            hint={usual}
            error={mistakes.error(field)}
            defaultValue={mistakes.typed(field) ?? `${promised}`}
            autoComplete="off"
          />
        ))}
      </SettingForm>
    </SettingPage>
  );
}
