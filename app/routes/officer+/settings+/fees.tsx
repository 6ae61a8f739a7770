import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { currencies } from '#app/facility/settings.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { moneyField } from '#app/web/fields.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const schema = z.strictObject({
  version: versionField,
  currency: z.enum(currencies, 'errors.choose'),
  accounting: moneyField,
  access: moneyField,
});

const asTyped = (cents: number) => (cents / 100).toFixed(2);

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'fees'),
    settingChanges(world.db, 'fees'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    currency: value.currency,
    accounting: asTyped(value.accountingCents),
    access: asTyped(value.accessCents),
    mayManage: can(person.role, 'settings.manage'),
    history: historyView(changes, { locale, timeZone }),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { version: expected, currency, accounting, access } = form.value;
  await requireFreshFactorFor(args, visit, {
    version: expected ?? '',
    currency,
    accounting: asTyped(accounting),
    access: asTyped(access),
  });
  const value = { currency, accountingCents: accounting, accessCents: access };
  const change = { name: 'fees', value, expected, actor: visit.person } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/fees');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.fees.title');

export default function Fees() {
  const words = useWords();
  const setting = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.fees.title')}
      lead={words('settings.fees.lead')}
      errors={mistakes.summary}
      done={setting.done}
      history={setting.history}
    >
      <SettingForm version={setting.version} mayManage={setting.mayManage}>
        <ChoiceGroup
          type="radio"
          name="currency"
          legend={words('settings.fact.currency')}
          inline
          error={mistakes.error('currency')}
          chosen={mistakes.chosen('currency') ?? setting.currency}
          choices={currencies.map((value) => ({ value, label: value }))}
        />
        {(['accounting', 'access'] as const).map((name) => (
          <TextField
            key={name}
            name={name}
            width="code"
            inputMode="decimal"
            label={words(`settings.fact.${name}Cents`)}
            hint={words(`settings.fees.${name}Hint`)}
            error={mistakes.error(name)}
            defaultValue={mistakes.typed(name) ?? setting[name]}
            autoComplete="off"
          />
        ))}
      </SettingForm>
    </SettingPage>
  );
}
