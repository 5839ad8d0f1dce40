import { describe, expect, it } from 'vitest';
import { createDrain } from './drain.ts';
import { batchOf } from './records.case.ts';

function entitiesOf(message: string, header: { host?: string; app?: string; pid?: number } = {}): string[] {
  const { entities, entityOffsets, entityTable } = createDrain().parse(batchOf([message], header));
  expect([...entityOffsets]).toEqual([0, entities.length]);
  return [...entities].map((entity) => {
    const { kind, value } = entityTable.entity(entity);
    return `${kind} ${value}`;
  });
}

describe('entities', () => {
  it.each([
    ['Failed password for invalid user admin from 10.0.0.1 port 22 ssh2', ['address 10.0.0.1', 'user admin']],
    ['Failed password for root from 10.0.0.1 port 22 ssh2', ['address 10.0.0.1', 'user root']],
    ['Failed password for invalid user  from 10.0.0.1 port 22 ssh2', ['address 10.0.0.1']],
    ['Accepted publickey for ubuntu from fe80::1 port 5', ['address fe80::1', 'user ubuntu']],
    ['authentication failure; ruser= rhost=68.182.39.76  user=root', ['address 68.182.39.76', 'user root']],
    ['session opened for user root by ubuntu(uid=0)', ['user root', 'user ubuntu']],
    ['session opened for user root by (uid=0)', ['user root']],
    ['session opened for user root(uid=0) by igore(uid=1000)', ['user root', 'user igore']],
    ['User alice from 10.0.0.1 not allowed because not listed', ['address 10.0.0.1', 'user alice']],
    ['Started User Manager for UID 1000.', []],
    ['Created slice User Slice of UID 1000.', []],
    ['User child is on pid 1234', []],
    ['Successful su for root by alice', ['user root', 'user alice']],
    ['  alice : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/ls', ['user alice', 'user root']],
    ['New session 241 of user elastic_user_5.', ['user elastic_user_5']],
    ['user "bob" does not exist', ['user bob']],
    ["failed adding user 'eve', data deleted", ['user eve']],
    ['new user: name=eve, UID=1001', ['user eve']],
    ['(root) CMD (run-parts /etc/cron.hourly)', ['user root']],
    ['check pass; user unknown', []],
    ['error: maximum attempts exceeded for invalid user pi from 10.0.0.1', ['address 10.0.0.1', 'user pi']],
    ['Receiving block blk_1 src: /10.0.0.1:40524 dest: /10.0.0.2:50010', ['address 10.0.0.1', 'address 10.0.0.2']],
    ['from 10.0.0.1 to 10.0.0.1', ['address 10.0.0.1']],
    ['DHCPREQUEST for 172.24.16.40 from 00:16:3e:aa:bb:cc via eth0', ['address 172.24.16.40']],
    ['lease for 00:16:3e:aa:bb:cc from the pool', []],
    ['Failed password for invalid user 10.0.0.9 from 10.0.0.1', ['address 10.0.0.9', 'address 10.0.0.1']],
    ['Failed password for 10.0.0.9-bob from 10.0.0.1', ['address 10.0.0.9', 'address 10.0.0.1', 'user 10.0.0.9-bob']],
    ['looking for trouble in paradise', []],
  ])('of %s', (message, expected) => {
    expect(entitiesOf(message)).toEqual(expected);
  });

  it('name the host and the process of a record', () => {
    expect(entitiesOf('hello', { host: 'web', app: 'sshd', pid: 12 })).toEqual(['host web', 'process sshd[12]']);
    expect(entitiesOf('hello', { app: 'sudo' })).toEqual(['process sudo']);
  });

  it('can be switched off', () => {
    const events = createDrain({ entities: false }).parse(batchOf(['for root from 10.0.0.1', 'x']));
    expect(events.entities).toHaveLength(0);
    expect([...events.entityOffsets]).toEqual([0, 0, 0]);
  });
});
