import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { command, peer } from '#test/support/peers.ts'
import { type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

const python = peer('python3', command('python3'))
const curl = peer('curl', command('curl'))
const run = promisify(execFile)

let site: MailSite
before(async () => {
  site = await openMailSite()
  await site.user('ann')
  await site.user('bob')
})
after(() => site.end())

const script = `
import imaplib, ssl, sys, time
port, starttls, password = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl._create_unverified_context()
def ok(answer):
    assert answer[0] == 'OK', answer
    return answer[1]

m = imaplib.IMAP4('127.0.0.1', starttls)
assert 'LOGINDISABLED' in m.capabilities, m.capabilities
m.starttls(context)
try:
    m.login('ann@corp.test', 'wrong')
    sys.exit('a wrong password was taken')
except imaplib.IMAP4.error as e:
    assert 'AUTHENTICATIONFAILED' in str(e), e
m.authenticate('PLAIN', lambda _: b'\\0ann@corp.test\\0' + password.encode())
m.logout()

m = imaplib.IMAP4_SSL('127.0.0.1', port, ssl_context=context)
ok(m.login('ann@corp.test', password))
names = [line.decode() for line in ok(m.list())]
assert any('INBOX' in n for n in names), names
assert not any('Calendar' in n or 'Contacts' in n or 'Tasks' in n or 'Notes' in n for n in names), names
assert ok(m.select('INBOX')) == [b'1']
head = ok(m.fetch('1', '(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])'))
assert b'Subject: =?UTF-8?' in head[0][1] and b'bob@corp.test' in head[0][1], head
assert b'\\\\Seen' not in head[0][0], head
body = ok(m.fetch('1', '(RFC822)'))
assert b'Guten Tag' in body[0][1]
assert b'\\\\Seen' in ok(m.fetch('1', '(FLAGS)'))[0]
assert ok(m.search('UTF-8', 'SUBJECT', '"Gr\\u00fc\\u00dfe"'.encode())) == [b'1'], 'not found'
ok(m.create('Projekte/2026'))
ok(m.copy('1', 'Projekte/2026'))
ok(m.append('Projekte/2026', '(\\\\Seen)', imaplib.Time2Internaldate(time.time()), b'Subject: kept\\r\\n\\r\\n' + b'x' * 200000))
assert ok(m.status('Projekte/2026', '(MESSAGES UNSEEN SIZE)'))[0].split(b'(')[1].startswith(b'MESSAGES 2 UNSEEN 0')
ok(m.uid('MOVE', '1', 'Archive'))
assert ok(m.search(None, 'ALL')) == [b'']
ok(m.select('Archive'))
ok(m.store('1', '+FLAGS', '(\\\\Deleted)'))
assert ok(m.expunge()) == [b'1']
ok(m.close())
ok(m.delete('Projekte/2026'))
m.logout()
`

test('Python’s imaplib signs in, reads, files, searches and removes', {
  skip: python.skip,
  timeout: 300_000,
}, async () => {
  await site.as('bob@corp.test').sendMail({
    from: 'bob@corp.test',
    to: 'ann@corp.test',
    subject: 'Grüße aus Köln',
    text: 'Guten Tag, Ann!',
  })
  await site.until(async () => (await site.messages('ann@corp.test')).length === 1)
  const ports = (['imaps', 'imap'] as const).map((name) => String(site.port(name)))
  await run(python.found, ['-c', script, ...ports, PASSWORD])
})

test('curl lists, stores, fetches and searches', { skip: curl.skip, timeout: 300_000 }, async () => {
  const base = `imaps://127.0.0.1:${site.port('imaps')}`
  const call = async (path: string, ...args: string[]) =>
    (await run(curl.found, ['-sk', '-u', `bob@corp.test:${PASSWORD}`, ...args, `${base}${path}`])).stdout
  assert.match(await call('/'), /\* LIST \(\\HasNoChildren\) "\/" INBOX\r\n/)
  await call('/', '-X', 'CREATE Work')
  const put = run(curl.found, [
    '-sk',
    '-u',
    `bob@corp.test:${PASSWORD}`,
    '--upload-file',
    'fixtures/messages/plain-ascii.eml',
    `${base}/Work`,
  ])
  await put
  assert.match(await call('/Work?SUBJECT%20Thursday'), /\* SEARCH 1/)
  assert.match(await call('/Work/;UID=1'), /shall we meet at noon\?/)
  assert.equal(
    (await call('/Work/;MAILINDEX=1/;SECTION=HEADER.FIELDS%20(SUBJECT)')).trim(),
    'Subject: Lunch on Thursday',
  )
  assert.match(await call('/Work', '-X', 'STATUS Work (MESSAGES)'), /MESSAGES 1/)
})

test('mail that arrives is told to who idles at once', { timeout: 300_000 }, async () => {
  const socket = connect({ port: site.port('imaps'), host: '127.0.0.1', rejectUnauthorized: false })
  let heard = ''
  socket.on('data', (octets) => {
    heard += octets.toString('latin1')
  })
  const hears = (pattern: RegExp) => site.until(() => pattern.test(heard))
  await hears(/\* OK/)
  socket.write(`a LOGIN ann@corp.test ${PASSWORD}\r\nb SELECT INBOX\r\nc IDLE\r\n`)
  await hears(/\+ idling/)
  heard = ''
  await site
    .as('bob@corp.test')
    .sendMail({ from: 'bob@corp.test', to: 'ann@corp.test', subject: 'now', text: 'x' })
  const since = performance.now()
  await hears(/\* 1 EXISTS/)
  assert.ok(performance.now() - since < 10_000)
  socket.write('DONE\r\nd LOGOUT\r\n')
  await hears(/d OK/)
  socket.destroy()
})

test('who guesses passwords by IMAP has to wait at SMTP too', {
  skip: python.skip,
  timeout: 300_000,
}, async () => {
  const { address } = await site.user('sue')
  const guess = `
import imaplib, ssl, sys
for _ in range(3):
    m = imaplib.IMAP4_SSL('127.0.0.1', int(sys.argv[1]), ssl_context=ssl._create_unverified_context())
    for no in range(2):
        try:
            m.login(sys.argv[2], 'guess %d' % no)
            sys.exit('a wrong password was taken')
        except imaplib.IMAP4.error:
            pass
    m.logout()
`
  await run(python.found, ['-c', guess, String(site.port('imaps')), address])
  await assert.rejects(
    site.as(address).verify(),
    ({ responseCode }: { responseCode: number }) => responseCode === 454,
  )
})
