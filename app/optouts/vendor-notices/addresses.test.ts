import { describe, expect, it } from 'vitest';
import { urlRefusal } from '#app/vendors/channels.ts';
import { isPublicAddress } from './addresses.ts';

describe('addresses that a webhook may go to', () => {
  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])('%s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    'localhost',
    '',
  ])('not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('URLs that a webhook may go to', () => {
  const rules = { hosts: ['hooks.umbra.example', 'localhost'], ownMachine: false };
  it.each([
    ['https://hooks.umbra.example/plainview?a=b', null],
    ['https://HOOKS.umbra.example/', null],
    ['http://hooks.umbra.example/', 'notHttps'],
    ['https://hooks.umbra.example:8443/', 'notHttps'],
    ['ftp://hooks.umbra.example/', 'notHttps'],
    ['https://user@hooks.umbra.example/', 'badUrl'],
    ['https://hooks.umbra.example/#x', 'badUrl'],
    ['hooks.umbra.example', 'badUrl'],
    ['https://hooks.umbra.example.evil.example/', 'hostNotAllowed'],
    ['https://evil.example/?hooks.umbra.example', 'hostNotAllowed'],
    ['https://hooks.umbra.example@evil.example/', 'badUrl'],
    ['https://hooks.umbra.example./', 'hostNotAllowed'],
    ['https://169.254.169.254/latest', 'hostNotAllowed'],
    ['https://[::1]/', 'hostNotAllowed'],
    ['https://2130706433/', 'hostNotAllowed'],
    ['http://localhost:3000/', 'notHttps'],
  ])('%s: %s', (url, refusal) => expect(urlRefusal(url, rules)).toBe(refusal));

  it('goes to no host where none is allowed, and to the own machine in demo mode alone', () => {
    expect(urlRefusal('https://hooks.umbra.example/', null)).toBe('hostNotAllowed');
    expect(urlRefusal('http://localhost:3000/', { hosts: ['localhost'], ownMachine: true })).toBeNull();
    expect(urlRefusal('http://localhost:3000/', { hosts: [], ownMachine: true })).toBe('hostNotAllowed');
  });
});
