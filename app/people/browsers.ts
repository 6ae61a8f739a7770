export const browserNames = ['Edge', 'Samsung Internet', 'Opera', 'Firefox', 'Chrome', 'Safari'] as const;
export const systemNames = ['Windows', 'iPhone', 'iPad', 'macOS', 'Android', 'ChromeOS', 'Linux'] as const;

/** The browser and the system that a User-Agent names, by their own names; null for what it does not say plainly. */
export function browserOf(userAgent: string): { browser: string | null; system: string | null } {
  return { browser: firstOf(browserSigns, userAgent), system: firstOf(systemSigns, userAgent) };
}

// In this order: most browsers also name the ones that they descend from.
const browserSigns: [(typeof browserNames)[number], RegExp][] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bVersion\/.*\bSafari\//],
];
const systemSigns: [(typeof systemNames)[number], RegExp][] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];

function firstOf(signs: readonly [string, RegExp][], userAgent: string): string | null {
  return signs.find(([, sign]) => sign.test(userAgent))?.[0] ?? null;
}
