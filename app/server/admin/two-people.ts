import { required, WrongUsage, type OptionValues } from './command.ts';

/** The two people of `--by` and `--and`, who answer for what one alone may not do. @throws WrongUsage */
export function twoPeople(values: OptionValues): { askedBy: string; approvedBy: string } {
  const [by, and] = [personName(required(values, 'by'), 'by'), personName(required(values, 'and'), 'and')];
  if (sameName(by, and)) throw new WrongUsage('--by and --and name two different people.');
  return { askedBy: by, approvedBy: and };
}

/** @throws WrongUsage */
function personName(text: string, option: string): string {
  if (text.length < 2 || text.length > 100 || /\p{Cc}/u.test(text) || !/\p{L}/u.test(text))
    throw new WrongUsage(`--${option} is a person’s name.`);
  return text;
}

function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').replace(/\s+/g, ' ').toLowerCase();
  return plain(one) === plain(other);
}
