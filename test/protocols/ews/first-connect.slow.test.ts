/** What mail programs ask when an account is set up; one error, and some of them never get any further (exchange-interop.md 3.3, 3.4). */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsSite, openEwsSite } from './ews-site.ts'

const folder = join(import.meta.dirname, '../../../fixtures/ews/first-connect')
const files = readdirSync(folder).filter((name) => name.endsWith('.xml'))

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site
    .as('ann@corp.test')
    .sendMail({ from: 'ann@corp.test', to: 'ann@corp.test', subject: 'Hi', text: 'x' })
})
after(async () => {
  site.judge()
  await site.end()
})

/** What an answer must say beside being none of an error. */
const says: Readonly<Record<string, RegExp>> = {
  'outlook-mac-find-people': /<t:DisplayName>ann<\/t:DisplayName>/,
  'outlook-mac-folders': /DistinguishedFolderId>recipientcache</,
  'thunderbird-hierarchy': /<m:Changes><t:Create>/,
  'thunderbird-items': /<m:Changes>.*<t:Message>/s,
  'evolution-items': /PropertyTag="0x0e07"/i,
  'evolution-time-zones': /Id="W\. Europe Standard Time"/,
  'davmail-folders': /<t:DisplayName>Inbox<\/t:DisplayName>/,
  'davmail-options': /timezone/i,
  'davmail-resolve': /<t:EmailAddress>ann@corp\.test<\/t:EmailAddress>/,
  'davmail-messages': /PropertyName="message-id"/,
  'apple-mail-subscribe': /<m:SubscriptionId>/,
}

/** The list is there once a client has written it, as in a new mailbox of Exchange. */
const missing = 'outlook-mac-categories.xml'

test('there is something to send, and nothing is expected of files that are not there', () => {
  const names = files.map((name) => name.replace('.xml', ''))
  assert.ok(names.length >= 20)
  assert.deepEqual(
    Object.keys(says).filter((name) => !names.includes(name)),
    [],
  )
})

for (const file of files) {
  test(`${file.replace('.xml', '')} is answered`, async () => {
    const { status, text } = await site.send(readFileSync(join(folder, file)), {
      login: ['ann@corp.test', PASSWORD],
    })
    assert.equal(status, 200, text)
    assert.match(text, /<s:Header><t:ServerVersionInfo MajorVersion="15"/)
    const codes = [...text.matchAll(/ResponseCode>(\w+)</g)].map(([, code]) => code)
    assert.deepEqual(
      codes.filter((code) => code !== 'NoError'),
      file === missing ? ['ErrorItemNotFound'] : [],
    )
    const expected = says[file.replace('.xml', '')]
    if (expected) assert.match(text, expected)
  })
}
