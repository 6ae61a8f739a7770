import { z } from 'zod';
import { fieldSchemas, listsOf, type askedForm } from '#app/requests/kinds/asked-form.ts';
import type { TypedFields } from '#app/requests/drafts.server.ts';
import { actingField } from './acting-field.ts';
import type { DoorArgs } from './context.ts';
import { formOf, readFields, type ReadForm } from './forms.server.ts';
import { takeDocuments, type ReadDocuments } from './uploads.server.ts';

type Asked = NonNullable<ReturnType<typeof askedForm>>;

interface SentForm {
  intent: 'send' | 'keep' | 'drop';
  submissionKey: string;
  actingAs: string | undefined;
  /** Kept files that were ticked to be left out. */
  without: string[];
  /** The fields of the kind as they were typed, unchecked. */
  typed: TypedFields;
  documents: ReadDocuments;
  /** The whole form as it is filed. */
  form: ReadForm<Record<string, unknown>>;
}

const around = {
  intent: z.enum(['send', 'keep', 'drop'], 'errors.formUnreadable').default('send'),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
  without: z.array(z.uuid('errors.formUnreadable')).max(60, 'errors.formUnreadable').default([]),
};

/** Fields as somebody left them: any of them may be missing, or wrong. */
const unchecked = (fields: Asked['form']) =>
  z.strictObject({
    ...around,
    ...Object.fromEntries(
      fields.map(({ name, input }) => [
        name,
        (input === 'vendors' ? z.array(z.string().max(100, 'errors.choose')) : z.string()).optional(),
      ]),
    ),
  });

/** Reads the form of a kind, to be sent or to be kept. What is not a form of ours is a mistake before anything is looked at. */
export async function readAskedForm(args: DoorArgs, { form: fields }: Asked): Promise<ReadForm<SentForm>> {
  const sent = await formOf(args);
  if (!sent) return { ok: false, mistakes: { errors: { '': 'errors.formUnreadable' }, typed: {} } };
  const documents = await takeDocuments(sent, 'files');
  const lists = [...listsOf(fields), 'without'];
  const framed = await readFields(args, sent, { schema: unchecked(fields), lists });
  if (!framed.ok) {
    if (!documents.ok) framed.mistakes.errors.files = documents.message;
    return framed;
  }
  const form = await readFields<Record<string, unknown>>(args, sent, {
    schema: z.strictObject({ ...fieldSchemas(fields), ...around }),
    lists,
  });
  const { intent, submissionKey, actingAs, without, ...answers } = framed.value;
  return {
    ok: true,
    value: { intent, submissionKey, actingAs, without, documents, form, typed: typedOf(answers) },
  };
}

function typedOf(answers: Record<string, unknown>): TypedFields {
  const typed: TypedFields = {};
  for (const [name, value] of Object.entries(answers)) {
    const texts = [value].flat().filter((text): text is string => typeof text === 'string' && text !== '');
    if (texts.length > 0) typed[name] = texts;
  }
  return typed;
}
