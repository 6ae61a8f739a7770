import { data } from '@remix-run/node';
import type { z } from 'zod';
import type { MessageId, MessageValues } from '#app/words/words.ts';
import type { DoorArgs } from './context.ts';
import type { FormMistakes } from './mistakes.ts';
import { told } from './told-refusal.server.ts';

export type ReadForm<T> = { ok: true; value: T } | { ok: false; mistakes: FormMistakes };

interface FormShape<T> {
  schema: z.ZodType<T>;
  /** Fields that may be there more than once. Any other field sent twice is refused. */
  lists?: readonly string[];
  /** Fields whose text is never sent back. */
  secret?: readonly string[];
}

// A form has a handful of fields; more is not from our pages.
const mostFields = 60;
const longestField = 20_000;
/** Of what was typed, characters that come back with the mistakes: also of a text that is too long, so that it can be made shorter. */
const mostReturned = 2_000_000;
// Ours are plain words. Others would reach into the objects that are built here (`__proto__`).
const fieldName = /^[a-z][A-Za-z]{0,40}$/;

/**
 * Reads a posted form by its schema (a strict object whose issue messages are message ids). Missing, doubled, foreign, oversized and
 * file fields are mistakes with words beside them, never an exception. What no page of ours sends is noted as an attempt (ASVS 5.0.0
 * V16.3.3).
 */
export async function readForm<T>(args: DoorArgs, shape: FormShape<T>): Promise<ReadForm<T>> {
  const form = await formOf(args);
  return form ? readFields(args, form, shape) : unreadable;
}

const unreadable = {
  ok: false as const,
  mistakes: { errors: { '': 'errors.formUnreadable' as const }, typed: {} },
};

/** The posted form; null when it is none. */
export async function formOf({ request, context }: DoorArgs): Promise<FormData | null> {
  try {
    return await request.formData();
  } catch {
    await told(context, request, 'hostileForm');
    return null;
  }
}

/** The same for a form that was taken in already, its files taken out. */
export async function readFields<T>(
  { request, context }: DoorArgs,
  form: FormData,
  shape: FormShape<T>,
): Promise<ReadForm<T>> {
  const read = judged(form, shape);
  if (!read.ok && Object.values(read.mistakes.errors).some((error) => fromNoPage.has(error)))
    await told(context, request, 'hostileForm');
  return read;
}

/** Mistakes that nobody makes by typing into a page of ours. */
const fromNoPage = new Set<MessageId>([
  'errors.foreignField',
  'errors.doubledField',
  'errors.formUnreadable',
]);

function judged<T>(form: FormData, { schema, lists = [], secret = [] }: FormShape<T>): ReadForm<T> {
  const typed: Record<string, string[]> = {};
  const errors: FormMistakes['errors'] = {};
  const input: Record<string, unknown> = {};
  const names = new Set(form.keys());
  let room = mostReturned;
  const returned = (text: string) => {
    const part = text.slice(0, room);
    room -= part.length;
    return part;
  };
  if (names.size > mostFields) errors[''] = 'errors.foreignField';
  for (const name of [...names].slice(0, mostFields)) {
    if (!fieldName.test(name)) {
      errors[''] = 'errors.foreignField';
      continue;
    }
    const values = form.getAll(name);
    if (values.some((value) => typeof value !== 'string')) errors[''] = 'errors.foreignField';
    const texts = values.filter((value): value is string => typeof value === 'string');
    if (!secret.includes(name)) typed[name] = texts.map(returned);
    // No keyboard types NUL, and PostgreSQL keeps none.
    if (texts.some((text) => text.includes('\0'))) errors[''] = 'errors.formUnreadable';
    if (texts.some((text) => lengthOf(text) > longestField)) errors[name] = 'errors.tooLong';
    else if (texts.length > 1 && !lists.includes(name)) errors[name] = 'errors.doubledField';
    Object.defineProperty(input, name, { value: lists.includes(name) ? texts : texts[0], enumerable: true });
  }
  const parsed = schema.safeParse(input);
  if (parsed.success && Object.keys(errors).length === 0) return { ok: true, value: parsed.data };
  for (const issue of parsed.error?.issues ?? []) {
    // What nobody asked for is not sent back either.
    if (issue.code === 'unrecognized_keys') for (const name of issue.keys) delete typed[name];
    const field = issue.code === 'unrecognized_keys' ? '' : String(issue.path[0] ?? '');
    errors[field] ??= issue.code === 'unrecognized_keys' ? 'errors.foreignField' : messageOf(issue);
  }
  return { ok: false, mistakes: { errors, typed } };
}

/** Browsers send a line's end as two characters; it counts as one. */
const lengthOf = (text: string) => text.replaceAll('\r\n', '\n').length;

function messageOf(issue: z.core.$ZodIssue): MessageId {
  // Our schemas say which message; zod's own English words are never shown.
  if (issue.message.startsWith('errors.')) return issue.message as MessageId;
  return issue.code === 'too_big' ? 'errors.tooLong' : 'errors.required';
}

/** The answer to a form with mistakes: 400, with what was typed. */
export function formMistakes(mistakes: FormMistakes) {
  return data({ mistakes }, { status: 400 });
}

/** A mistake that only the room could see, shown on the same form. */
export function oneMistake(
  field: string,
  message: MessageId,
  {
    typed = {},
    values,
    status = 400,
  }: { typed?: Record<string, string[]>; values?: MessageValues; status?: number } = {},
) {
  const mistakes: FormMistakes = { errors: { [field]: message }, typed, ...(values ? { values } : {}) };
  return data({ mistakes }, { status });
}
