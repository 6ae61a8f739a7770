import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { TextArea } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { retireTemplate, saveTemplate, versionsOf } from '#app/facility/templates.server.ts';
import { templateBlanks, templateBody, templateUses } from '#app/facility/templates.ts';
import { can } from '#app/people/can.ts';
import { requestKinds } from '#app/requests/kinds/registry.ts';
import { templateUsesOf } from '#app/requests/templates.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { locales } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { asFields } from '../_parts/save-setting.server.ts';
import { SettingPage } from '../_parts/setting-form.tsx';
import { TemplatePreview } from '../_parts/template-preview.tsx';
import { previewOf, templateHistory } from '../_parts/templates-view.server.ts';

const keySchema = z.object({
  kind: z.enum(requestKinds),
  use: z.enum(templateUses),
  locale: z.enum(locales),
});
const version = z.coerce.number('errors.formUnreadable').int('errors.formUnreadable').min(0).max(1_000_000);
const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({ intent: z.literal('preview'), version, body: templateBody }),
    z.strictObject({ intent: z.literal('save'), version, body: templateBody }),
    z.strictObject({ intent: z.literal('retire'), version, body: z.string().optional() }),
  ],
  'errors.formUnreadable',
);

/** Which template the address names. @throws 404 for none that there can be */
function keyOf(params: Record<string, string | undefined>): z.infer<typeof keySchema> {
  const key = keySchema.safeParse(params);
  if (!key.success || !templateUsesOf(key.data.kind).includes(key.data.use)) throw notFound();
  return key.data;
}

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'settings.see');
  const key = keyOf(args.params);
  const words = wordsFor(locale);
  const [versions, facility] = await Promise.all([versionsOf(world.db, key), theFacility(world.db)]);
  const [newest] = versions;
  const inUse = newest?.retiredAt === null ? newest : null;
  return {
    title: [
      words(`requests.kind.${key.kind}`),
      words(`settings.templates.use.${key.use}`),
      words(`settings.templates.locale.${key.locale}`),
    ].join(' · '),
    language: key.locale,
    version: newest?.version ?? 0,
    body: inUse?.body ?? null,
    preview: inUse && previewOf(inUse.body, key.locale, facility),
    mayManage: can(person.role, 'settings.manage'),
    history: templateHistory(versions, { locale, timeZone: facility.timeZone }),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const template = keyOf(args.params);
  const { world, person: actor } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, version: expected, body = '' } = form.value;
  if (intent === 'preview') {
    const facility = await theFacility(world.db);
    return data({ shown: { body, preview: previewOf(body, template.locale, facility) } });
  }
  await requireFreshFactorFor(args, visit, asFields({ intent, version: expected, body }));
  const change = { template, expected, actor };
  const saved = await (intent === 'save'
    ? saveTemplate(world, { ...change, body })
    : retireTemplate(world, change));
  if (saved.ok) return redirect('/officer/settings/templates?done=saved');
  // What was written is not lost when somebody else was faster.
  const typed = { body: [body] };
  return saved.refusal === 'changedMeanwhile'
    ? oneMistake('', 'errors.settingChanged', { typed, status: 409 })
    : oneMistake('', 'errors.nothingChanged', { typed });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.templates.one');

export default function EditTemplate() {
  const words = useWords();
  const {
    title,
    language,
    version: newest,
    body,
    preview,
    mayManage,
    history,
  } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const shown = answer && 'shown' in answer ? answer.shown : null;
  return (
    <SettingPage
      back={{ to: '/officer/settings/templates', label: words('settings.templates.title') }}
      title={title}
      lead={words('settings.templates.oneLead', {
        blanks: templateBlanks.map((blank) => `{${blank}}`).join(', '),
      })}
      errors={mistakes.summary}
      done={false}
      history={history}
    >
      {mayManage && (
        <Form method="post" noValidate className="stack max-w-3xl">
          <input type="hidden" name="version" value={newest} />
          <TextArea
            name="body"
            rows={12}
            lang={language}
            label={words('settings.templates.text')}
            error={mistakes.error('body')}
            defaultValue={mistakes.typed('body') ?? shown?.body ?? body ?? ''}
          />
          <p className="flex flex-wrap gap-4">
            <Button name="intent" value="save">
              {words('settings.save')}
            </Button>
            <Button name="intent" value="preview" variant="outline">
              {words('settings.templates.preview')}
            </Button>
            {body !== null && (
              <Button name="intent" value="retire" variant="outline">
                {words('settings.templates.retire')}
              </Button>
            )}
          </p>
        </Form>
      )}
      <TemplatePreview text={shown?.preview ?? preview} language={language} saved={shown === null} />
    </SettingPage>
  );
}
