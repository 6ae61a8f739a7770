import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { asFields, savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const answers = ['no', 'yes'] as const;
const schema = z.strictObject({ version: versionField, suspend: z.enum(answers, 'errors.choose') });

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'pauses'),
    settingChanges(world.db, 'pauses'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    suspend: value.suspend ? 'yes' : 'no',
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
  const { version: expected, suspend } = form.value;
  const change = {
    name: 'pauses',
    value: { suspend: suspend === 'yes' },
    expected,
    actor: visit.person,
  } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/pauses');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.pauses.title');

export default function Pauses() {
  const words = useWords();
  const setting = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.pauses.title')}
      lead={words('settings.pauses.lead')}
      errors={mistakes.summary}
      done={setting.done}
      history={setting.history}
    >
      <div className="stack max-w-measure">
        <p>{words('settings.pauses.why')}</p>
        <p>{words('settings.pauses.what')}</p>
      </div>
      <SettingForm version={setting.version} mayManage={setting.mayManage}>
        <ChoiceGroup
          type="radio"
          name="suspend"
          legend={words('settings.pauses.suspend')}
          error={mistakes.error('suspend')}
          chosen={mistakes.chosen('suspend') ?? setting.suspend}
          choices={answers.map((value) => ({
            value,
            label: words(`settings.pauses.${value}`),
            hint: words(`settings.pauses.${value}Hint`),
          }))}
        />
      </SettingForm>
    </SettingPage>
  );
}
