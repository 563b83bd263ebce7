import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { command, peer } from '#test/support/peers.ts'
import { type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

const python = peer('python3', command('python3'))
const swaks = peer('swaks', command('swaks'))
const run = promisify(execFile)

let site: MailSite
before(async () => {
  site = await openMailSite({ settings: { 'smtp.verifySenders': 'no' } })
  await site.user('ann')
  await site.user('bob')
})
after(() => site.end())

const script = `
import smtplib, ssl, sys
from email.message import EmailMessage
mx, submission, submissions, password = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
context = ssl._create_unverified_context()
def message(sender, recipient, subject):
    m = EmailMessage()
    m['From'], m['To'], m['Subject'] = sender, recipient, subject
    m.set_content('Grüße\\n')
    return m
with smtplib.SMTP('127.0.0.1', submission) as s:
    s.starttls(context=context)
    s.login('ann@corp.test', password)
    s.send_message(message('ann@corp.test', 'bob@corp.test', 'with STARTTLS'))
with smtplib.SMTP_SSL('127.0.0.1', submissions, context=context) as s:
    s.login('ann@corp.test', password)
    s.send_message(message('ann@corp.test', 'bob@corp.test', 'with TLS'))
with smtplib.SMTP('127.0.0.1', mx) as s:
    s.send_message(message('sue@sender.example', 'bob@corp.test', 'from outside'))
    try:
        s.sendmail('sue@sender.example', ['x@partner.example'], 'Subject: relay\\r\\n\\r\\n')
        sys.exit('relayed')
    except smtplib.SMTPRecipientsRefused as e:
        assert e.recipients['x@partner.example'][0] == 550, e.recipients
`

test('Python’s smtplib submits and delivers', { skip: python.skip, timeout: 300_000 }, async () => {
  const ports = (['mx', 'submission', 'submissions'] as const).map((name) => String(site.port(name)))
  await run(python.found, ['-c', script, ...ports, PASSWORD])
  const subjects = (await site.messages('bob@corp.test')).map(({ item }) => item.summary?.subject)
  assert.deepEqual(subjects.slice(-3), ['with STARTTLS', 'with TLS', 'from outside'])
})

test('swaks delivers from outside, with a subaddress, and gets no relay', {
  skip: swaks.skip,
  timeout: 300_000,
}, async () => {
  const server = ['--server', '127.0.0.1', '--port', String(site.port('mx'))]
  const mail = ['--from', 'sue@sender.example', '--header', 'Subject: swaks']
  await run(swaks.found, [...server, ...mail, '--to', 'bob+shop@corp.test'])
  const last = (await site.messages('bob@corp.test')).at(-1)
  assert.equal(last?.item.summary?.subject, 'swaks')
  const relay = run(swaks.found, [...server, ...mail, '--to', 'x@partner.example'])
  await assert.rejects(relay, ({ stdout }: { stdout: string }) => /550 5\.7\.1/.test(stdout))
})
