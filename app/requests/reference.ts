/**
 * A reference number as somebody typed it, in the form it is kept: `PV-7K3M9Q`. Small letters, missing or odd dashes and spaces do not
 * matter, nor do the letters that its alphabet leaves out because they look like digits (Crockford's base 32). Null: cannot be one.
 */
export function referenceTyped(text: string): string | null {
  const plain = text.toUpperCase().replace(/[\s\p{Pd}]/gu, '');
  const digits = (plain.startsWith('PV') ? plain.slice(2) : plain).replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{6}$/.test(digits) ? `PV-${digits}` : null;
}
