import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { auditEventTypes } from '#app/audit/events.ts';
import { accountActivityTypes, recordActivityTypes } from './present-activity.server.ts';

/** Written where the mark is worked out, and never visible: an inner note. */
const forStaffAlone = new Set<string>(['request.noteWritten']);
const known = new Set<string>(auditEventTypes);

/** What happens to an account: its owner sees all of it. */
const ofAccount =
  /^(session|signIn|password|totp|passkey|recoveryCodes?|codeSheet|account|email|noticeChoice|user|credentialOrder)\./;

function typesIn(node: ts.Node): string[] {
  const found = ts.isStringLiteral(node) && known.has(node.text) ? [node.text] : [];
  ts.forEachChild(node, (child) => {
    found.push(...typesIn(child));
  });
  return found;
}

/**
 * The types of event that a file may mark as visible to the patient: of each object that says `visibleToPatient` and not `false` the type
 * that stands in it; where that is worked out elsewhere, all types that the file names and does not mark as hidden.
 */
function visibleTypesOf(name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const visible: string[] = [];
  const hidden = new Set<string>();
  let isWorkedOut = false;
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const named = (key: string) => node.properties.find((one) => one.name?.getText() === key);
      const mark = named('visibleToPatient');
      const type = named('type') ?? named('event');
      const own = type ? typesIn(type) : [];
      if (mark && /: false$/.test(mark.getText())) for (const one of own) hidden.add(one);
      else if (mark && own.length > 0) visible.push(...own);
      else if (mark) isWorkedOut = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return isWorkedOut ? [...visible, ...typesIn(file).filter((one) => !hidden.has(one))] : visible;
}

it('every event that a patient may see has words in their activity', () => {
  const visible = new Map<string, string>();
  for (const name of readdirSync('app', { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name) || /\.test\.ts$|^db\/generated/.test(name)) continue;
    const text = readFileSync(path.join('app', name), 'utf8');
    if (text.includes('visibleToPatient'))
      for (const type of visibleTypesOf(name, text)) visible.set(type, name);
  }
  const told = new Set<string>([...recordActivityTypes, ...accountActivityTypes]);
  // All that is told of records is found: what is not found is not looked for. Of accounts one function writes for many callers.
  expect(recordActivityTypes.filter((type) => !visible.has(type))).toEqual([]);
  for (const type of known) if (ofAccount.test(type)) visible.set(type, 'events.ts');
  expect([...visible].filter(([type]) => !told.has(type) && !forStaffAlone.has(type))).toEqual([]);
});
