import { z } from 'zod';
import { lookBackWindow } from '#app/clocks/windows.ts';
import {
  choiceMade,
  firstUnanswered,
  readAnswers,
  type ChoiceQuestion,
  type Offered,
} from '#app/optouts/choosing.ts';
import type { FormField } from '#app/requests/kinds/kind.ts';
import { optOutDetailsOf, optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { kindDefinition, requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import type { VendorName } from '#app/vendors/vendors.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { readFields, type ReadForm } from '#app/web/forms.server.ts';
import type { MessageId } from '#app/words/words.ts';

const intakeChannels = ['paper', 'phone', 'desk'] as const;

/** The kind that an address names; null: not chosen yet. */
export function kindAsked(search: URLSearchParams): RequestKind | null {
  return z.enum(requestKinds).safeParse(search.get('kind')).data ?? null;
}

const base = {
  channel: z.enum(intakeChannels, 'errors.choose'),
  receivedOn: z.iso.date('errors.date'),
  receivedTime: z.union([z.literal(''), z.iso.time({ precision: -1 })], 'errors.time').default(''),
  /** The day of long ago that was looked at and is meant. */
  confirmedOn: z.string().max(10, 'errors.date').default(''),
  submissionKey: z.uuid('errors.formUnreadable'),
};
const longestWords = 10_000;
const words = z
  .string('errors.required')
  .transform((typed) => typed.replaceAll('\r\n', '\n').trim())
  .pipe(z.string().max(longestWords, 'errors.tooLong'));
const slugs = z.array(z.string().max(100, 'errors.tooLong')).default([]);

function fieldSchema({ input, required, options }: FormField): z.ZodType {
  if (input === 'choice')
    return z.enum((options ?? []).map(({ value }) => value) as [string, ...string[]], 'errors.choose');
  if (input === 'vendors') {
    const which = z.enum(['all', 'some'], 'errors.choose');
    return required ? which : which.optional();
  }
  if (input === 'date') return z.iso.date('errors.date');
  return required ? words.pipe(z.string().min(1, 'errors.required')) : words.default('');
}

const ownFields: Partial<Record<RequestKind, z.ZodRawShape>> = {
  accounting: {
    window: z.enum(['sixYears', 'fromDate'], 'errors.choose'),
    from: z.string().trim().max(40, 'errors.date').default(''),
  },
  optOut: {
    // A "yes" is asked for where the facility asks permission for something.
    say: z.enum(['no', 'yes'], 'errors.choose').default('no'),
    everything: z.enum(['yes', 'choose']).optional(),
    purpose: slugs,
    companies: z.enum(['all', 'some']).optional(),
    company: slugs,
    studies: z.enum(['all', 'some']).optional(),
    study: slugs,
    withoutName: z.enum(['stop', 'allow']).optional(),
  },
  optOutWithdrawal: { optOut: z.uuid('errors.choose') },
};

type Fields = Record<string, unknown> & {
  channel: (typeof intakeChannels)[number];
  receivedOn: string;
  receivedTime: string;
  confirmedOn: string;
  submissionKey: string;
};

/** Reads the form of an intake, by the fields of its kind. */
export function readIntake(args: DoorArgs, form: FormData, kind: RequestKind): Promise<ReadForm<Fields>> {
  const asked = kindDefinition(kind).form;
  const fields: z.ZodRawShape = asked
    ? {
        ...Object.fromEntries(asked.map((field) => [field.name, fieldSchema(field)])),
        ...(asked.some(({ input }) => input === 'vendors') ? { company: slugs } : {}),
      }
    : (ownFields[kind] ?? {});
  const schema: z.ZodType<Fields> = z.strictObject({ ...fields, ...base });
  return readFields(args, form, { schema, lists: ['purpose', 'company', 'study'] });
}

export type Details =
  | { ok: true; details: unknown; statement: Record<string, string> }
  | { ok: false; field: string; message: MessageId };

/** What a request is filed with, from the fields of its form. @param receivedOn facility-local day of receipt */
export function detailsOf(
  kind: RequestKind,
  fields: Fields,
  {
    register,
    offered,
    receivedOn,
  }: { register: readonly VendorName[]; offered: Offered; receivedOn: string },
): Details {
  const made = (details: unknown, statement: Record<string, string> = {}): Details => ({
    ok: true,
    details,
    statement,
  });
  const { form } = kindDefinition(kind);
  if (form) return genericDetails(form, fields, register);
  switch (kind) {
    case 'accounting': {
      const widest = lookBackWindow(receivedOn);
      const from = fields.window === 'sixYears' ? widest.from : String(fields.from);
      if (!z.iso.date().safeParse(from).success) return { ok: false, field: 'from', message: 'errors.date' };
      if (from > widest.to) return { ok: false, field: 'from', message: 'errors.dateInFuture' };
      if (from < widest.from) return { ok: false, field: 'from', message: 'intake.fromTooEarly' };
      return made({ from, to: widest.to });
    }
    case 'optOut': {
      const { say, everything, purpose, companies, company, studies, study, withoutName } = fields;
      const given = { say, everything, purpose, companies, company, studies, study, withoutName };
      const answers = readAnswers(
        { getAll: (name) => [given[name as keyof typeof given] ?? []].flat() },
        offered,
      );
      const choice = choiceMade(answers, offered);
      if (choice) return made(optOutDetailsOf(choice));
      const open = firstUnanswered(answers, offered) ?? 'everything';
      return { ok: false, field: fieldOf[open], message: 'errors.choose' };
    }
    default:
      return made({ optOutId: fields.optOut, wordingVersion: optOutWordingVersion });
  }
}

const fieldOf: Record<ChoiceQuestion, string> = {
  everything: 'everything',
  purposes: 'purpose',
  companies: 'companies',
  studies: 'studies',
  name: 'withoutName',
};

function genericDetails(
  form: readonly FormField[],
  fields: Fields,
  register: readonly VendorName[],
): Details {
  const details: Record<string, unknown> = {};
  const statement: Record<string, string> = {};
  for (const { name, input } of form) {
    const value = fields[name];
    if (input === 'vendors') {
      const slugsGiven = fields.company as string[];
      const chosen = register.filter(({ slug }) => slugsGiven.includes(slug)).map(({ id }) => id);
      if (value === 'some' && chosen.length === 0)
        return { ok: false, field: 'company', message: 'errors.chooseAtLeastOne' };
      if (value === undefined && chosen.length === 0) continue;
      details[name] = value === 'all' ? 'all' : chosen;
    } else if (input === 'words' || input === 'line') {
      if (typeof value === 'string' && value !== '') statement[name] = value;
    } else details[name] = value;
  }
  return { ok: true, details, statement };
}
