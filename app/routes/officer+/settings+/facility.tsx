import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ClockInputError, parseTimeZone } from '#app/clocks/input.ts';
import { jurisdictions } from '#app/clocks/jurisdictions.ts';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { facilitySettings, saveFacility } from '#app/facility/facility.server.ts';
import { newestVersionId, settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { emailField } from '#app/web/fields.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { asFields, savedOr, versionField } from '../_parts/save-setting.server.ts';
import { SettingForm, SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const line = (longest: number) =>
  z
    .string('errors.required')
    .trim()
    .min(1, 'errors.required')
    .max(longest, 'errors.tooLong')
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'errors.formUnreadable');
const schema = z.strictObject({
  version: versionField,
  name: line(120),
  address: line(300),
  phone: line(40),
  email: emailField,
  timeZone: z.string('errors.timeZone').trim().refine(isTimeZone, 'errors.timeZone'),
  jurisdiction: z.enum(jurisdictions, 'errors.choose'),
});
const fields = ['name', 'address', 'phone', 'email', 'timeZone'] as const;
const widths = { name: 'half', address: 'full', phone: 'date', email: 'half', timeZone: 'half' } as const;

/** A place of the world, or UTC; the short names of old systems (EST) know no summer time. */
function isTimeZone(name: string): boolean {
  try {
    return (name.includes('/') || name === 'UTC') && parseTimeZone(name) === name;
  } catch (error) {
    if (error instanceof ClockInputError) return false;
    throw error;
  }
}

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const [facility, version, changes] = await Promise.all([
    facilitySettings(world.db),
    newestVersionId(world.db, 'facility'),
    settingChanges(world.db, 'facility'),
  ]);
  if (!facility) throw notFound();
  return {
    version: version ?? '',
    facility,
    mayManage: can(person.role, 'settings.manage'),
    history: historyView(changes, { locale, timeZone: facility.timeZone }),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  await requireFreshFactorFor(args, visit, asFields(form.value));
  const { version: expected, ...settings } = form.value;
  const saved = await saveFacility(visit.world, { settings, expected, actor: visit.person });
  return savedOr(saved, '/officer/settings/facility');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.facility.title');

export default function FacilitySettings() {
  const words = useWords();
  const { version, facility, mayManage, history, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <SettingPage
      title={words('settings.facility.title')}
      lead={words('settings.facility.lead')}
      errors={mistakes.summary}
      done={done}
      history={history}
    >
      <SettingForm version={version} mayManage={mayManage}>
        {fields.map((name) => (
          <TextField
            key={name}
            name={name}
            type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'}
            width={widths[name]}
            label={words(`settings.fact.${name}`)}
            hint={name === 'timeZone' ? words('settings.facility.timeZoneHint') : undefined}
            error={mistakes.error(name)}
            defaultValue={mistakes.typed(name) ?? facility[name]}
            autoComplete="off"
          />
        ))}
        <ChoiceGroup
          type="radio"
          name="jurisdiction"
          legend={words('settings.fact.jurisdiction')}
          hint={words('settings.facility.jurisdictionHint')}
          error={mistakes.error('jurisdiction')}
          chosen={mistakes.chosen('jurisdiction') ?? facility.jurisdiction}
          choices={jurisdictions.map((value) => ({ value, label: words(`settings.jurisdiction.${value}`) }))}
        />
      </SettingForm>
    </SettingPage>
  );
}
