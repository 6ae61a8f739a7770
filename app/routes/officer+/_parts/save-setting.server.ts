import { redirect } from '@remix-run/node';
import { z } from 'zod';
import type { SettingSet } from '#app/facility/settings.server.ts';
import { oneMistake } from '#app/web/forms.server.ts';

/** The version that a form was shown with; nothing: there was none. */
export const versionField = z
  .union([z.literal(''), z.uuid()], 'errors.formUnreadable')
  .transform((version) => version || null);

/** What a page answers once its setting was saved, or was not. */
export function savedOr(saved: SettingSet, path: string) {
  if (saved.ok) return redirect(`${path}?done=saved`);
  return saved.refusal === 'changedMeanwhile'
    ? oneMistake('', 'errors.settingChanged', { status: 409 })
    : oneMistake('', 'errors.nothingChanged');
}

/** What a form holds, as it is kept while a factor is asked for. */
export function asFields(value: Record<string, string | number | null | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, `${one ?? ''}`]));
}
