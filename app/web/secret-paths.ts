/** Longer chains of escapes stand for no page. */
const mostPasses = 3;

/**
 * A path as it may be kept: of one that is itself a secret, or holds a key, without that. However it is spelt: what reads it afterwards
 * undoes escapes, dots and doubled slashes, and does not mind capitals.
 */
export function withoutSecrets(path: string): string {
  let plain = path;
  for (let pass = 0; pass < mostPasses; pass++) plain = withoutEscapes(plain);
  if (withoutEscapes(plain) !== plain) return '/[cut]';
  const cut = plain
    // The officer's own calendar is a page like others.
    .replace(/(?<!^[/\\]*officer)(^|[/\\])(notices|calendar)([/\\]+).*/is, '$1$2$3[cut]')
    .replace(
      /(^|[/\\])(keyed)([/\\]+)(.*)/is,
      (_, before: string, name: string, slash: string, rest: string) =>
        [before, name, slash, '[cut]', hasDots(rest) ? '' : rest.replace(/^[^/\\]*/, '')].join(''),
    );
  // What holds no secret is kept as it was asked for.
  return cut === plain ? path : cut;
}

/** Of ASCII alone, so that it never fails; the rest cannot spell a path of ours. */
const withoutEscapes = (path: string) =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Steps up or nowhere: the key may stand behind them. */
const hasDots = (path: string) => path.split(/[/\\]/).some((part) => part === '.' || part === '..');
