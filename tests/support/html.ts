/** A field as a page shows it, with what stands in it or a value that is likely to be taken. */
export interface FoundField {
  name: string;
  type: string;
  value: string;
}

export interface FoundForm {
  /** The page it is on, and where it goes. */
  page: string;
  action: string;
  method: 'get' | 'post';
  multipart: boolean;
  fields: FoundField[];
}

/** What pages that differ only in ids or in the query have in common. */
export const kindOf = (path: string) =>
  path.split('?')[0]?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{64}\b/g, 'ID') ?? '';

/** Links to pages of this site: files with a hash in their name are none. */
export function linksOf(html: string): string[] {
  return [...html.matchAll(/<a\b[^>]*\shref="(\/[^"#]*)/g)]
    .map(([, href]) => plain(href))
    .filter((href) => !/^\/assets\/|\.(css|js|svg|woff2|webmanifest)$/.test(href));
}

/** Every form of a page, once for each of its buttons. */
export function formsOf(page: string, html: string): FoundForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', body = '']) => {
    const { action, method, enctype } = attributesOf(head);
    const form = {
      page,
      action: action ?? page,
      method: method?.toLowerCase() === 'post' ? ('post' as const) : ('get' as const),
      multipart: enctype === 'multipart/form-data',
    };
    const fields = fieldsOf(body);
    const buttons = [...body.matchAll(/<button\b([^>]*)>/g)]
      .map(([, tag = '']) => attributesOf(tag))
      .filter(({ name }) => name !== undefined);
    if (buttons.length === 0) return [{ ...form, fields }];
    return buttons.map(({ name = '', value = '' }) => ({
      ...form,
      fields: [...fields, { name, type: 'button', value }],
    }));
  });
}

function fieldsOf(body: string): FoundField[] {
  const fields = new Map<string, FoundField>();
  const add = (field: FoundField, wins = false) => {
    if (field.name && (wins || !fields.has(field.name))) fields.set(field.name, field);
  };
  for (const [, tag = ''] of body.matchAll(/<input\b([^>]*)>/g)) {
    const { name = '', type = 'text', value = '', checked } = attributesOf(tag);
    if (type === 'radio' || type === 'checkbox')
      add({ name, type, value: value || 'on' }, checked !== undefined);
    else if (type === 'file') add({ name, type, value: '' });
    else add({ name, type, value: value || likely(name, type) });
  }
  for (const [, tag = '', text = ''] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g))
    add({ name: attributesOf(tag).name ?? '', type: 'textarea', value: plain(text) || 'Some words.' });
  for (const [, tag = '', options = ''] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, option = '']) => attributesOf(option));
    const chosen = all.find(({ selected }) => selected !== undefined) ?? all.find(({ value }) => value);
    add({ name: attributesOf(tag).name ?? '', type: 'select', value: chosen?.value ?? '' });
  }
  return [...fields.values()];
}

function likely(name: string, type: string): string {
  if (type === 'email' || /email/i.test(name)) return 'nobody.at.all@demo.example';
  if (type === 'password') return 'canary-password-1234';
  if (type === 'date' || /^(from|to|bornOn|.*On)$/.test(name)) return '2024-05-01';
  if (type === 'number') return '1';
  return name === 'code' ? '000000' : type === 'hidden' ? '' : 'Some words';
}

function attributesOf(tag: string): Record<string, string | undefined> {
  return Object.fromEntries(
    [...tag.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      plain(value),
    ]),
  );
}

/** Text as it was before React escaped it. */
function plain(text = ''): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
}
