import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { asFields, savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const answers = ['silence', 'asked'] as const;
const answer = z.enum(answers, 'errors.choose');
const years = z
  .string('errors.choiceYears')
  .trim()
  .regex(/^$|^([1-9]|1\d|20)$/, 'errors.choiceYears')
  .transform((text) => (text === '' ? null : Number(text)));
const days = z
  .string('errors.choiceDays')
  .trim()
  .regex(/^\d{2,3}$/, 'errors.choiceDays')
  .transform(Number)
  .refine((value) => value >= 14 && value <= 180, 'errors.choiceDays');
const schema = z.strictObject({
  version: versionField,
  aiTraining: answer,
  research: answer,
  commercialSharing: answer,
  noCountsFor: years,
  yesCountsFor: years,
  askDaysBefore: days,
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'choices'),
    settingChanges(world.db, 'choices'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    permission: value.permission,
    noCountsFor: `${value.noCountsFor ?? ''}`,
    yesCountsFor: `${value.yesCountsFor ?? ''}`,
    askDaysBefore: `${value.askDaysBefore}`,
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
  const { version: expected, noCountsFor, yesCountsFor, askDaysBefore, ...said } = form.value;
  const permission = optOutPurposes.filter((purpose) => said[purpose] === 'asked');
  const change = {
    name: 'choices',
    value: { permission, noCountsFor, yesCountsFor, askDaysBefore },
    expected,
    actor: visit.person,
  } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/choices');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.choices.title');

export default function Choices() {
  const words = useWords();
  const setting = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.choices.title')}
      lead={words('settings.choices.lead')}
      errors={mistakes.summary}
      done={setting.done}
      history={setting.history}
    >
      <p className="max-w-measure">{words('settings.choices.past')}</p>
      <SettingForm version={setting.version} mayManage={setting.mayManage}>
        {optOutPurposes.map((purpose) => (
          <ChoiceGroup
            key={purpose}
            type="radio"
            name={purpose}
            legend={words(`optOuts.purpose.${purpose}`)}
            error={mistakes.error(purpose)}
            chosen={mistakes.chosen(purpose) ?? (setting.permission.includes(purpose) ? 'asked' : 'silence')}
            choices={[
              { value: 'silence', label: words('settings.choices.silence') },
              {
                value: 'asked',
                label: words('settings.choices.asked'),
                hint: words('settings.choices.askedHint'),
              },
            ]}
          />
        ))}
        {(['noCountsFor', 'yesCountsFor'] as const).map((name) => (
          <TextField
            key={name}
            name={name}
            width="code"
            optional
            label={words(`settings.fact.${name}`)}
            hint={`${words('settings.choices.years')} ${words(name === 'noCountsFor' ? 'settings.choices.noYears' : 'settings.choices.yesYears')}`}
            error={mistakes.error(name)}
            defaultValue={mistakes.typed(name) ?? setting[name]}
            autoComplete="off"
          />
        ))}
        <TextField
          name="askDaysBefore"
          width="code"
          label={words('settings.fact.askDaysBefore')}
          hint={words('settings.choices.askHint')}
          error={mistakes.error('askDaysBefore')}
          defaultValue={mistakes.typed('askDaysBefore') ?? setting.askDaysBefore}
          autoComplete="off"
        />
      </SettingForm>
    </SettingPage>
  );
}
