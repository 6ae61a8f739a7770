/** A path as it may be kept: of one that is itself a secret, or holds a key, without that. */
export function withoutSecrets(path: string): string {
  return path.replace(/^(\/+calendar\/).*/, '$1[cut]').replace(/^(\/+api\/+v1\/+keyed\/+)[^/]*/i, '$1[cut]');
}
