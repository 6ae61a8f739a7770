import { z } from 'zod';
import { fieldSchemas, listsOf, type askedForm } from '#app/requests/kinds/asked-form.ts';
import type { TypedFields } from '#app/requests/drafts.server.ts';
import { actingField } from './acting-field.ts';
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
const frame = z.object(around);

/** Reads the form of a kind, to be sent or to be kept. @returns null where it is no form of ours, or cannot be read */
export async function readAskedForm(request: Request, { form: fields }: Asked): Promise<SentForm | null> {
  const sent = await formOf(request);
  if (!sent) return null;
  const documents = await takeDocuments(sent, 'files');
  const lists = [...listsOf(fields), 'without'];
  const form = readFields<Record<string, unknown>>(sent, {
    schema: z.strictObject({ ...fieldSchemas(fields), ...around }),
    lists,
  });
  const framed = frame.safeParse(
    Object.fromEntries(
      Object.keys(around).flatMap((name) => {
        const values = sent.getAll(name);
        return values.length === 0 ? [] : [[name, name === 'without' ? values : values[0]]];
      }),
    ),
  );
  if (!framed.success) return null;
  const { intent, submissionKey, actingAs, without } = framed.data;
  return { intent, submissionKey, actingAs, without, documents, form, typed: typedOf(sent, fields) };
}

const longestKept = 20_000;

function typedOf(sent: FormData, fields: Asked['form']): TypedFields {
  const typed: TypedFields = {};
  for (const { name } of fields) {
    const texts = sent.getAll(name).filter((value): value is string => typeof value === 'string');
    if (texts.some((text) => text !== ''))
      typed[name] = texts.slice(0, 200).map((text) => text.replaceAll('\0', '').slice(0, longestKept));
  }
  return typed;
}
