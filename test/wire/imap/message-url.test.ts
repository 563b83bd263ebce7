import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type MessageUrl, parseMessageUrl, rangeOf } from '#src/wire/imap/message-url.ts'

const whole = { path: '', text: 'all', names: [] } as const
const cases: readonly [url: string, meant: MessageUrl][] = [
  [
    '/Drafts;UIDVALIDITY=385759045/;UID=20',
    { mailbox: 'Drafts', uidValidity: 385759045, uid: 20, section: whole },
  ],
  ['/Drafts/;UID=3002', { mailbox: 'Drafts', uid: 3002, section: whole }],
  [
    '/a/b%20c/;uid=1/;section=1.2.MIME',
    { mailbox: 'a/b c', uid: 1, section: { path: '1.2', text: 'mime', names: [] } },
  ],
  [
    '/%C3%84/;UID=1/;SECTION=HEADER',
    { mailbox: 'Ä', uid: 1, section: { path: '', text: 'header', names: [] } },
  ],
  [
    '/INBOX/;UID=7/;SECTION=HEADER.FIELDS%20(Subject%20To)',
    { mailbox: 'INBOX', uid: 7, section: { path: '', text: 'fields', names: ['Subject', 'To'] } },
  ],
  [';UID=7/;SECTION=1', { uid: 7, section: { path: '1', text: 'all', names: [] } }],
  ['/;UID=7', { uid: 7, section: whole }],
  ['/x/;UID=7/;PARTIAL=5.10', { mailbox: 'x', uid: 7, section: whole, range: { start: 5, octets: 10 } }],
  ['/x/;UID=7/;PARTIAL=5', { mailbox: 'x', uid: 7, section: whole, range: { start: 5 } }],
]

for (const [url, meant] of cases) test(`the URL ${url}`, () => assert.deepEqual(parseMessageUrl(url), meant))

test('no octets said are all that follow', () => {
  assert.deepEqual(rangeOf(parseMessageUrl('/x/;UID=7/;PARTIAL=5')), {
    start: 5,
    octets: Number.MAX_SAFE_INTEGER,
  })
  assert.equal(rangeOf(parseMessageUrl('/x/;UID=7')), undefined)
})

for (const url of [
  '',
  '/x',
  '/x/;UID=0',
  '/x/;UID=x',
  'imap://a@b.example/x/;UID=1',
  '/x/;UID=1/;SECTION=1.NONSENSE',
  '/x/;UID=1/;SECTION=1]%20BODY[',
  '/%zz/;UID=1',
  '/%00/;UID=1',
  '/%0d%0a/;UID=1',
  '/Ä/;UID=1',
  '/x/;UID=1/;PARTIAL=0.0',
  '/x/;UID=1;more',
])
  test(`no URL of a message: ${JSON.stringify(url)}`, () =>
    assert.throws(() => parseMessageUrl(url), SyntaxFault))

test('any text is a URL or a fault', () => {
  const piece = fc.constantFrom(
    '/',
    ';UID=',
    ';SECTION=',
    ';PARTIAL=',
    'INBOX',
    '1',
    '0',
    '.',
    '%41',
    '%',
    'HEADER',
    ';',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('')),
      ),
      (text) => {
        try {
          assert.ok(parseMessageUrl(text).uid > 0)
        } catch (error) {
          assert.ok(error instanceof SyntaxFault)
        }
      },
    ),
  )
})
