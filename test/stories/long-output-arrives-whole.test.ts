import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freshFolder, landbridge } from './service-process.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const data = freshFolder('long', after)
const PEOPLE = 3_000

const contact = (no: number): string =>
  [
    `dn: CN=c${no},OU=Contacts,DC=corp,DC=example`,
    ...['top', 'person', 'organizationalPerson', 'contact'].map((name) => `objectClass: ${name}`),
    'objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example',
    `cn: c${no}`,
    `objectGUID:: ${Buffer.from(`00112233445566778899aabb${no.toString(16).padStart(8, '0')}`, 'hex').toString('base64')}`,
    `displayName: Contact ${no}`,
    `mailNickname: c${no}`,
    `proxyAddresses: SMTP:c${no}@partner.example`,
    `targetAddress: SMTP:c${no}@partner.example`,
    'msExchRecipientTypeDetails: 64',
    'msExchRecipientDisplayType: 6',
    `uSNChanged: ${1_000 + no}`,
    '',
    '',
  ].join('\n')

test('what a command says arrives whole, also at a program that is slow to read it', {
  timeout: 300_000,
}, async () => {
  const land = async (...args: string[]) => {
    const { exitCode, stderr } = await landbridge([...args, '--data', data]).ended
    assert.equal(exitCode, 0, stderr)
  }
  await land('init', '--org', 'corp')
  const file = join(data, '..', 'directory.ldf')
  writeFileSync(file, Array.from({ length: PEOPLE }, (_, no) => contact(no)).join(''))
  await land('org', 'interop', 'on')
  await land('gal', 'connect', '--ldif', file)
  await land('gal', 'sync', '--dry-run')

  const child = spawn(process.execPath, [main, 'gal', 'diff', '--json', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Far more than a pipe holds: most of it is still to be taken when the command has done its work.
  await pause(3_000)
  let said = ''
  for await (const text of child.stdout.setEncoding('utf8')) said += text
  assert.equal((JSON.parse(said) as unknown[]).length, PEOPLE)
})
