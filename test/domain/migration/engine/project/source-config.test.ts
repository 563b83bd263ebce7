import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceKind } from '#src/domain/migration/engine/project/project.ts'
import { hasCredentials, partWords, sourceFault } from '#src/domain/migration/engine/project/source-config.ts'

const faultOf = (kind: SourceKind, url: string, options: Record<string, string> = {}) =>
  sourceFault({ kind, url, options })

test('options are those of the kind, in their range', () => {
  const imap = (options: Record<string, string>) => faultOf('imap', 'imaps://old.test', options)
  assert.equal(imap({}), undefined)
  assert.equal(imap({ form: '{user}*{master}', connections: '8' }), undefined)
  assert.equal(imap({ form: 'authorization', connections: '100' }), undefined)
  assert.equal(imap({ logins: '/srv/logins.csv' }), undefined)
  assert.match(imap({ logins: '/srv/l.csv', form: 'authorization' })!, /leave one of them out\.$/)
  assert.match(imap({ logins: 'logins.csv' })!, /"logins" is a CSV file .*, not "logins.csv"/)
  for (const connections of ['abc', '', '0', '-1', '1.5', '101', '1e2', 'NaN', ' 4'])
    assert.match(imap({ connections })!, /"connections" is a whole number from 1 to 100, not/)
  assert.match(imap({ form: 'zzz' })!, /"form" is authorization, or a name with \{user\}/)
  assert.match(imap({ role: 'x' })!, /kind imap has no option "role"\. It has: form, logins, connections\./)
  assert.match(imap({ constructor: 'x' })!, /has no option "constructor"/)
  assert.match(faultOf('pst', '/srv/pst', { connections: '3' })!, /It has none\./)
  assert.equal(faultOf('exchange', 'https://x.test/', { connections: '27' }), undefined)
  assert.match(faultOf('landbridge', '/srv/old')!, /needs the option "organization"/)
  const workmail = { organization: 'm-0123', role: '4567', region: 'eu-west-1' }
  assert.equal(faultOf('workmail', 'https://ews.test/', workmail), undefined)
  assert.match(faultOf('workmail', 'https://ews.test/', { ...workmail, region: 'x/y' })!, /"region" is as/)
})

test('what comes beside what everybody sees is named by the kinds that tell it', () => {
  const exchange = (options: Record<string, string>) => faultOf('exchange', 'https://x.test/', options)
  assert.equal(exchange({ archive: 'yes', recoverable: 'no' }), undefined)
  assert.match(exchange({ archive: 'true' })!, /"archive" is yes or no, not "true"/)
  const landbridge = { organization: 'acme', recoverable: 'yes' }
  assert.equal(faultOf('landbridge', '/srv/old', landbridge), undefined)
  for (const [kind, url] of [
    ['imap', 'imaps://old.test'],
    ['workmail', 'https://ews.test/'],
    ['pst', '/srv/pst'],
  ] as const) {
    assert.match(
      faultOf(kind, url, { archive: 'yes' })!,
      new RegExp(
        `^--archive brings the online archive .* of kind exchange, not of ${kind}: leave it out\\.$`,
      ),
    )
    assert.match(faultOf(kind, url, { recoverable: 'yes' })!, /of kind exchange or landbridge, not of/)
  }
  assert.match(faultOf('landbridge', '/srv/old', { ...landbridge, archive: 'yes' })!, /^--archive brings/)
  assert.equal(partWords({ options: { archive: 'no', connections: '3' } }), '')
  assert.equal(
    partWords({ options: { recoverable: 'yes', archive: 'yes' } }),
    'the online archive of each mailbox and what was deleted and can still be brought back',
  )
})

test('an address with a password in it is refused, and not said again', () => {
  for (const url of ['https://u:geheim@x.test/EWS', 'ftp://u:geheim@x.test', 'https://u:geheim@x .test/']) {
    assert.match(faultOf('exchange', url)!, /use --user and --password-stdin/)
    assert.doesNotMatch(faultOf('exchange', url)!, /geheim/)
  }
  assert.equal(hasCredentials('https://x.test/a@b'), false)
  assert.equal(hasCredentials('/srv/old@2'), false)
  assert.match(faultOf('imap', 'imaps://x.test:99999')!, /^The port of "imaps:\/\/x\.test:99999" is 99999;/)
  assert.match(faultOf('imap', 'https://x.test')!, /begins with imaps:\/\/ or imap:\/\//)
})
