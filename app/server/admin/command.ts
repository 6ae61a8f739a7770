import type { ParseArgsConfig } from 'node:util';
import type { Actor } from '#app/audit/actor.ts';

/** Who the audit chain names for what is done here. */
export const operator: Actor = { kind: 'system', name: 'Operator at the command line' };

export type OptionValues = Record<string, string | boolean | undefined>;

/** What a command gets to work with. */
export interface Terminal {
  /** A line of the result, on standard output. */
  print(line: string): void;
  /** Progress, on standard error. */
  say(line: string): void;
  /** The present. */
  now: () => Date;
  env: Record<string, string | undefined>;
  mode: 'production' | 'demo';
}

/** One command of `npm run -s admin -- …`, one file each. */
export interface Command {
  /** As typed: `api-key create`. */
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** A line for each option, and an example. */
  help: string[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** What may be typed without a name, such as `FILE`; it comes among the options under this name. */
  takes?: string;
  /** @returns the exit code. @throws WrongUsage, CommandFailed, StartRefusal */
  run(values: OptionValues, terminal: Terminal): Promise<number>;
}

/** The command was not typed as it has to be: the help follows. Exit code 2. */
export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** The command is right and could not be carried out; the message says why and what to do. Exit code 1. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
}

/** The text of an option. @throws WrongUsage when it is missing or empty */
export function required(values: OptionValues, option: string): string {
  const value = optional(values, option);
  if (value === undefined) throw new WrongUsage(`--${option} is missing.`);
  return value;
}

export function optional(values: OptionValues, option: string): string | undefined {
  const value = values[option];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** One of a few words. @throws WrongUsage naming them */
export function oneOf<T extends string>(text: string, option: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (!found) throw new WrongUsage(`--${option} is one of: ${allowed.join(', ')}. It was "${text}".`);
  return found;
}

/** An e-mail address. @throws WrongUsage */
export function emailAddress(text: string): string {
  if (!/^[^@\s]+@[^@\s]+$/.test(text) || text.length > 254)
    throw new WrongUsage(`"${text}" is no e-mail address.`);
  return text.toLowerCase();
}

/** A whole number. @throws WrongUsage */
export function wholeNumber(
  text: string,
  option: string,
  { least, most }: { least: number; most: number },
): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new WrongUsage(`--${option} is a whole number from ${least} to ${most}. It was "${text}".`);
  return number;
}
