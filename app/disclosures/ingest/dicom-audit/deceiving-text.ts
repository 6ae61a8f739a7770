// C0 and C1 controls, format characters (bidirectional controls, zero-width characters, soft hyphen, tags), characters
// that are drawn as nothing, line and paragraph separators, and every space that is not U+0020.
const deceivingInIdentifier = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

// A name may need a joiner or a direction mark; overrides, isolates and zero-width spaces only hide something.
const deceivingInName = /[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069\ufeff]/u;

const isXmlSpace = (code: number) => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;

/** Without the white space of XML at both ends. `String.trim` would also drop characters that deceive. */
export function trimXml(value: string): string {
  let from = 0;
  let until = value.length;
  while (from < until && isXmlSpace(value.charCodeAt(from))) from += 1;
  while (until > from && isXmlSpace(value.charCodeAt(until - 1))) until -= 1;
  return value.slice(from, until);
}

/**
 * Whether an identifier (patient id, issuer, UID, AE title, host, login), trimmed by `trimXml`, holds a character that
 * can make it look like another identifier: Unicode TR36 §2 "visual security issues".
 */
export function deceivesAsIdentifier(value: string): boolean {
  return deceivingInIdentifier.test(value);
}

/** Whether a person's name holds a control that reorders or hides part of it. */
export function deceivesAsName(value: string): boolean {
  return deceivingInName.test(value);
}
