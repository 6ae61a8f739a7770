/**
 * A path of this site to go back to, or `otherwise`. Nothing that a browser could read as another site: no scheme, no `//`, no
 * backslash (browsers read it as a slash), no control characters.
 */
export function safePath(value: unknown, otherwise: string): string {
  if (typeof value !== 'string' || value.length > 500) return otherwise;
  if (!/^\/(?![/\\])[\x21-\x5B\x5D-\x7E]*$/.test(value)) return otherwise;
  return new URL(value, 'http://site.invalid').host === 'site.invalid' ? value : otherwise;
}
