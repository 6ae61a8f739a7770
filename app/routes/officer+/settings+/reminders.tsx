import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { reminderReaders } from '#app/facility/settings.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const steps = ['halfWay', 'due', 'overdueDaily'] as const;
const ticked = z
  .literal('yes', 'errors.formUnreadable')
  .optional()
  .transform((value) => value === 'yes');
const schema = z.strictObject({
  version: versionField,
  halfWay: ticked,
  due: ticked,
  overdueDaily: ticked,
  daysBefore: z
    .string('errors.reminderDays')
    .trim()
    .regex(/^$|^\d{1,2}(\s*,\s*\d{1,2}){0,4}$/, 'errors.reminderDays')
    .transform((text) => [...new Set(text === '' ? [] : text.split(',').map(Number))].sort((a, b) => b - a))
    .refine((days) => days.every((day) => day >= 1 && day <= 60), 'errors.reminderDays'),
  to: z.enum(reminderReaders, 'errors.choose'),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'reminders'),
    settingChanges(world.db, 'reminders'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    steps: steps.filter((step) => value[step]),
    daysBefore: value.daysBefore.join(', '),
    to: value.to,
    mayManage: can(person.role, 'settings.manage'),
    history: historyView(changes, { locale, timeZone }),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { version: expected, ...value } = form.value;
  await requireFreshFactorFor(args, visit, {
    version: expected ?? '',
    ...Object.fromEntries(steps.filter((step) => value[step]).map((step) => [step, 'yes'])),
    daysBefore: value.daysBefore.join(', '),
    to: value.to,
  });
  const change = { name: 'reminders', value, expected, actor: visit.person } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/reminders');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.reminders.title');

export default function Reminders() {
  const words = useWords();
  const setting = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const chosen = mistakes.any ? steps.filter((step) => mistakes.typed(step)) : setting.steps;
  return (
    <SettingPage
      title={words('settings.reminders.title')}
      lead={words('settings.reminders.lead')}
      errors={mistakes.summary}
      done={setting.done}
      history={setting.history}
    >
      <SettingForm version={setting.version} mayManage={setting.mayManage}>
        <fieldset className="min-w-0">
          <legend className="mb-1.5 font-semibold">{words('settings.reminders.steps')}</legend>
          {steps.map((step) => (
            <label key={step} className="flex min-h-(--target) cursor-pointer items-center gap-3">
              <input
                type="checkbox"
                id={step}
                name={step}
                value="yes"
                defaultChecked={chosen.includes(step)}
                className="size-6 cursor-pointer"
              />
              {words(`settings.fact.${step}`)}
            </label>
          ))}
        </fieldset>
        <TextField
          name="daysBefore"
          width="code"
          label={words('settings.fact.daysBefore')}
          hint={words('settings.reminders.daysHint')}
          error={mistakes.error('daysBefore')}
          defaultValue={mistakes.typed('daysBefore') ?? setting.daysBefore}
          autoComplete="off"
        />
        <ChoiceGroup
          type="radio"
          name="to"
          legend={words('settings.fact.to')}
          hint={words('settings.reminders.toHint')}
          error={mistakes.error('to')}
          chosen={mistakes.chosen('to') ?? setting.to}
          choices={reminderReaders.map((value) => ({
            value,
            label: words(`settings.reminders.to.${value}`),
          }))}
        />
      </SettingForm>
    </SettingPage>
  );
}
