import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { changeSetting, newestSetting, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { typedNumber } from '#app/web/typed-number.ts';
import { savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const schema = z.strictObject({
  version: versionField,
  remindAfter: z
    .string('errors.vendorNotice.remindAfter')
    .trim()
    .regex(/^$|^\d{1,3}(\s*,\s*\d{1,3}){0,4}$/, 'errors.vendorNotice.remindAfter')
    .transform((text) => [...new Set(text === '' ? [] : text.split(',').map(Number))].sort((a, b) => a - b))
    .refine((days) => days.every((day) => day >= 1 && day <= 180), 'errors.vendorNotice.remindAfter'),
  escalateAfter: typedNumber(1, 365, 'errors.vendorNotice.escalateAfter'),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [{ versionId, value }, changes, { timeZone }] = await Promise.all([
    newestSetting(world.db, 'vendorNotices'),
    settingChanges(world.db, 'vendorNotices'),
    theFacility(world.db),
  ]);
  return {
    version: versionId ?? '',
    remindAfter: value.remindAfter.join(', '),
    escalateAfter: `${value.escalateAfter}`,
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
    remindAfter: value.remindAfter.join(', '),
    escalateAfter: `${value.escalateAfter}`,
  });
  const change = { name: 'vendorNotices', value, expected, actor: visit.person } as const;
  return savedOr(await changeSetting(visit.world, change), '/officer/settings/vendor-notices');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.vendorNotices.title');

export default function VendorNoticeSettings() {
  const words = useWords();
  const setting = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.vendorNotices.title')}
      lead={words('settings.vendorNotices.lead')}
      errors={mistakes.summary}
      done={setting.done}
      history={setting.history}
    >
      <SettingForm version={setting.version} mayManage={setting.mayManage}>
        <TextField
          name="remindAfter"
          width="code"
          label={words('settings.fact.remindAfter')}
          hint={words('settings.vendorNotices.remindHint')}
          error={mistakes.error('remindAfter')}
          defaultValue={mistakes.typed('remindAfter') ?? setting.remindAfter}
          autoComplete="off"
        />
        <TextField
          name="escalateAfter"
          width="code"
          inputMode="numeric"
          label={words('settings.fact.escalateAfter')}
          error={mistakes.error('escalateAfter')}
          defaultValue={mistakes.typed('escalateAfter') ?? setting.escalateAfter}
          autoComplete="off"
        />
      </SettingForm>
    </SettingPage>
  );
}
