import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { command, peer } from '#test/support/peers.ts'
import { type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

const curl = peer('curl', command('curl'))
const run = promisify(execFile)

let site: MailSite
let folder: string
before(async () => {
  site = await openMailSite()
  await site.user('ann')
  await site.user('bob')
  folder = await mkdtemp(join(tmpdir(), 'landbridge-curl-'))
})
after(async () => {
  await site.end()
  await rm(folder, { recursive: true })
})

const namespaces =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'

/** What curl prints: the answer, then its status. */
async function ask(user: string, body: string, ...options: string[]): Promise<string> {
  const file = join(folder, 'request.xml')
  await writeFile(
    file,
    `<?xml version="1.0"?><s:Envelope ${namespaces}><s:Body>${body}</s:Body></s:Envelope>`,
  )
  const { stdout } = await run(
    curl.found,
    [
      ...['--silent', '--insecure', '--max-time', '20', '--write-out', ' %{http_code}'],
      ...['--header', 'Content-Type: text/xml; charset=utf-8', '--data-binary', `@${file}`],
      ...(user === '' ? [] : ['--user', `${user}:${PASSWORD}`]),
      ...options,
      `https://127.0.0.1:${site.port('web')}/EWS/Exchange.asmx`,
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  return stdout
}

test('curl sends a message and its recipient reads it', { skip: curl.skip }, async () => {
  assert.match(await ask('', '<m:GetFolder/>'), / 401$/)
  const sent = await ask(
    'corp.test\\ann',
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>By curl</t:Subject>
      <t:Body BodyType="Text">${'A line of text.\n'.repeat(20_000)}</t:Body>
      <t:ToRecipients><t:Mailbox><t:EmailAddress>bob@corp.test</t:EmailAddress></t:Mailbox></t:ToRecipients>
    </t:Message></m:Items></m:CreateItem>`,
    '--header',
    'Expect: 100-continue',
  )
  assert.match(sent, /<m:ResponseCode>NoError<\/m:ResponseCode>.* 200$/s)
  const found = await ask(
    'bob@corp.test',
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
      <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    '--compressed',
  )
  const id = /<t:ItemId Id="([^"]+)"/.exec(found)?.[1]
  assert.ok(id, found)
  const read = await ask(
    'bob@corp.test',
    `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
    '--compressed',
  )
  assert.match(read, /<t:Subject>By curl<\/t:Subject>/)
  assert.ok(read.split('A line of text.').length > 20_000)
})
