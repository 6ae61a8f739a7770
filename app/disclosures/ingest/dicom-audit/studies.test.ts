import { expect, test } from 'vitest';

import type { ParticipantObject } from './message.ts';
import { studiesOf, totalInstances } from './studies.ts';

const study: ParticipantObject = {
  id: '2.25.1',
  typeCode: '2',
  typeCodeRole: '3',
  idType: '110180',
  name: null,
  details: [],
  accessionNumbers: [],
  sopClasses: [],
  containedStudyUids: [],
  encrypted: null,
  anonymized: null,
};

const counted = (numberOfInstances: string | null, listedInstances = 0) => ({
  ...study,
  sopClasses: [{ uid: '1.2', numberOfInstances, listedInstances }],
});

const detail = (type: string, text: string) => ({
  type,
  value: btoa(String.fromCharCode(...new TextEncoder().encode(text))),
});

test('details are base64 of UTF-8', () => {
  const details = [
    detail('Modality', 'MR'),
    detail('StudyDate', '20240229'),
    detail('StudyDescription', 'Tête'),
  ];
  expect(studiesOf([{ ...study, details }]).studies[0]).toMatchObject({
    modality: 'MR',
    studyDate: '2024-02-29',
    description: 'Tête',
  });
});

test.each([
  ['a date that is none', detail('StudyDate', '20260230')],
  ['a month that is none', detail('StudyDate', '20261301')],
  ['a value that is not base64', { type: 'StudyDescription', value: '%%%' }],
  ['bytes that are not UTF-8', { type: 'StudyDescription', value: btoa('\xff\xfe') }],
  ['a NUL', detail('StudyDescription', 'a\0b')],
])('%s is left out', (_, one) => {
  expect(studiesOf([{ ...study, details: [one] }]).studies[0]).toMatchObject({
    studyDate: null,
    description: null,
  });
});

test.each<[string | null, number, number | null]>([
  ['412', 0, 412],
  [' +2 ', 0, 2],
  ['0', 0, 0],
  [null, 3, 3],
  [null, 0, null],
])('NumberOfInstances %j with %d listed counts %j', (number, listed, instances) => {
  const { studies, badInstanceCount } = studiesOf([counted(number, listed)]);
  expect(badInstanceCount).toBe(false);
  expect(studies[0]?.instances).toBe(instances);
});

test.each(['-412', '4.5', '1e3', 'four', '', '2147483648', '999999999999999999999'])(
  '%j is no count',
  (number) => {
    const { studies, badInstanceCount } = studiesOf([counted(number)]);
    expect(badInstanceCount).toBe(true);
    expect(studies[0]?.instances).toBeNull();
  },
);

test('counts that do not fit in total are bad', () => {
  const half = counted('2000000000');
  expect(studiesOf([half, { ...half, id: '2.25.2' }]).badInstanceCount).toBe(true);
});

test.each([
  ['2.25.1', false],
  [`1.${'2'.repeat(62)}`, false],
  [`1.${'2'.repeat(63)}`, true],
  ['../../etc/2.25.1', true],
  ['2..25', true],
  ['2.25.', true],
  ['225', true],
  ['٢.25.1', true],
  ['', true],
])('study UID %j is bad: %j', (id, bad) => {
  const found = studiesOf([{ ...study, id }]);
  expect(found.badStudyUid).toBe(bad);
  expect(found.studies).toHaveLength(bad ? 0 : 1);
});

test('a study named twice alike is one; named differently it contradicts itself', () => {
  expect(studiesOf([counted('2'), counted('2')])).toMatchObject({
    studies: [{ instances: 2 }],
    contradictory: false,
  });
  expect(studiesOf([counted('2'), counted('3')])).toMatchObject({ contradictory: true });
});

test('an object that says which studies it is part of names them without contents', () => {
  const part = { ...counted('7'), id: '1.2.3', idType: '110181', containedStudyUids: ['2.25.1', '2.25.2'] };
  const { studies } = studiesOf([part, counted('2')]);
  expect(studies.map(({ studyUid, instances }) => [studyUid, instances])).toEqual([
    ['2.25.1', 2],
    ['2.25.2', null],
  ]);
  expect(totalInstances(studies)).toBeNull();
});
