import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import nodemailer from 'nodemailer'
import { noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { HOST_NAME, type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
let server: ReturnType<typeof nodemailer.createTransport>
before(async () => {
  site = await openMailSite()
  await site.user('ann')
  server = nodemailer.createTransport({
    host: '127.0.0.1',
    port: site.port('mx'),
    name: 'mail.sender.example',
    tls: { rejectUnauthorized: false },
  })
})
after(() => site.end())

const to = 'ann@corp.test'
const from = (domain: string, subject: string) =>
  server.sendMail({
    from: `sue@${domain}`,
    to,
    subject,
    text: 'Hello',
    headers: { 'X-SES-Spam-Verdict': 'PASS' },
  })
/** Whoever forges a sender is not the one whom somebody has named as safe. */
async function namesSafe(domain: string): Promise<void> {
  const { store } = site.service.data
  const { mailbox } = (await store.directory.findEntry(site.organization, { address: to }))!
  const at = { organization: site.organization, mailbox: mailbox! }
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    setJunkLists(mailboxes, at, { ...noJunkLists, safe: [domain] }),
  )
}
const subjects = async (folder?: string) =>
  (await site.messages(to, folder)).map(({ item }) => item.summary?.subject)

test('mail from outside is judged: delivered, put into Junk, or dropped as its domain asks', {
  timeout: 300_000,
}, async () => {
  await namesSafe('doubtful.example')
  await from('sender.example', 'Welcome')
  await from('doubtful.example', 'Doubtful')
  await from('forged.example', 'Forged')
  // Nobody outside may write in the name of a colleague, though corp.test publishes no policy.
  await from('corp.test', 'Your boss')
  assert.deepEqual(await subjects(), ['Welcome'])
  assert.deepEqual(await subjects('junkemail'), ['Doubtful', 'Your boss'])
  const [welcome] = await site.messages(to)
  assert.match(welcome!.text, new RegExp(`Authentication-Results: ${HOST_NAME}; spf=pass`))
  assert.match(welcome!.text, /\r\nReceived-SPF: pass /)
  assert.match(welcome!.text, /with ESMTPS id/)
  const { rows } = await site.service.data.store.delivery.findTrace(
    site.organization,
    { sender: 'sue@forged.example' },
    { limit: 10 },
  )
  assert.deepEqual(
    rows.map(({ name, fields }) => [name, fields.policy ?? fields.dmarcVerdict]),
    [
      ['ORGANIZATION_EMAIL_RECEIVED', 'FAIL'],
      ['DMARC_POLICY_APPLIED', 'REJECT'],
    ],
  )
})
