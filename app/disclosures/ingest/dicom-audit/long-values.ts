const utf8 = new TextEncoder();

/** Whether a value has more bytes as UTF-8; most are told by their length alone. */
export function isLongerThan(value: string, bytes: number): boolean {
  return value.length > bytes || (value.length * 3 > bytes && utf8.encode(value).length > bytes);
}
