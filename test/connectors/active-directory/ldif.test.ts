import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { parseGuid } from '#connectors/active-directory/guid.ts'
import { ldifSource } from '#connectors/active-directory/ldif-source.ts'
import { parseSid } from '#connectors/active-directory/security-descriptor.ts'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { ace, descriptor, sendAs } from '#test/support/access-list.ts'
import { failure, guidOf, readAll } from './organisation.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-ldif-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
function file(content: string | Buffer): string {
  const path = join(folder, `${files++}.ldf`)
  writeFileSync(path, content)
  return path
}

const key = (number: number) => parseGuid(guidOf(number))!.toString('base64')

/** As ldifde writes it: CRLF, lines folded at 77 characters, values that are not ASCII in Base64. */
const EXPORT = [
  'dn: OU=People,DC=corp,DC=example,DC=com',
  'changetype: add',
  'objectClass: organizationalUnit',
  '',
  `dn:: ${Buffer.from('CN=Zoë Müller,OU=People,DC=corp,DC=example,DC=com').toString('base64')}`,
  'changetype: add',
  'objectClass: top',
  'objectClass: person',
  'objectClass: user',
  `displayName:: ${Buffer.from('Zoë Müller').toString('base64')}`,
  `objectGUID:: ${key(1)}`,
  'uSNChanged: 4711',
  'mailNickname: zmueller',
  'proxyAddresses: SMTP:zoe.mueller@corp.ex',
  ' ample.com',
  'proxyAddresses: smtp:zoe@corp.example.com',
  'msExchRecipientTypeDetails: 1',
  'thumbnailPhoto:: /9j/4AAQ',
  '',
  'dn: CN=All,OU=People,DC=corp,DC=example,DC=com',
  'changetype: add',
  'objectClass: group',
  `objectGUID:: ${key(2)}`,
  'mailNickname: all',
  'proxyAddresses: SMTP:all@corp.example.com',
  `member:: ${Buffer.from('CN=Zoë Müller,OU=People,DC=corp,DC=example,DC=com').toString('base64')}`,
  '',
  '# a remark',
  '#  that goes on',
  'dn: CN=PC1,OU=People,DC=corp,DC=example,DC=com',
  'objectClass: user',
  'objectClass: computer',
  'mailNickname: pc1',
  '',
].join('\r\n')

const encodings: [string, Buffer][] = [
  ['UTF-8', Buffer.from(EXPORT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${EXPORT}`)],
  ['UTF-16', Buffer.from(`\ufeff${EXPORT}`, 'utf16le')],
  ['UTF-16 big-endian', Buffer.from(`\ufeff${EXPORT}`, 'utf16le').swap16()],
  ['lines that end with LF alone', Buffer.from(EXPORT.replaceAll('\r\n', '\n'))],
]
for (const [name, octets] of encodings) {
  test(`an export is read: ${name}`, async () => {
    const read = await readAll(ldifSource(file(octets)))
    assert.deepEqual(
      read.objects.map(({ guid, type, alias }) => [guid, type, alias]),
      [
        [guidOf(1), 'mailbox', 'zmueller'],
        [guidOf(2), 'group', 'all'],
      ],
    )
    const [zoe, all] = read.objects
    assert.equal(zoe!.displayName, 'Zoë Müller')
    assert.equal(zoe!.place, 'CN=Zoë Müller,OU=People,DC=corp,DC=example,DC=com')
    assert.deepEqual(zoe!.proxyAddresses, ['SMTP:zoe.mueller@corp.example.com', 'smtp:zoe@corp.example.com'])
    assert.equal(zoe!.changeNumber, '4711')
    assert.equal(zoe!.hasPhoto, true)
    assert.deepEqual(all!.members, [{ place: zoe!.place }])
    assert.deepEqual(read.keys, [guidOf(1), guidOf(2)])
    assert.equal(read.full, 'first-run')
  })
}

test('it is read whole each time', async () => {
  const source = ldifSource(file(EXPORT))
  const { positions } = await readAll(source)
  const again = await readAll(source, positions)
  assert.equal(again.full, 'keeps-no-changes')
  assert.equal(again.objects.length, 2)
})

test('photos are read when they are asked for', async () => {
  const reading = await ldifSource(file(EXPORT)).read({
    since: [],
    full: null,
    signal: new AbortController().signal,
  })
  const photos = []
  for await (const each of reading.photos([guidOf(1), guidOf(2)])) photos.push(each)
  assert.deepEqual(photos, [{ guid: guidOf(1), octets: new Uint8Array(Buffer.from('/9j/4AAQ', 'base64')) }])
})

const faults: [string, string | Buffer, RegExp][] = [
  [
    'changes',
    'dn: CN=x\nchangetype: modify\nreplace: mail\nmail: x\n-\n',
    /line 2: "changetype: modify" is a change/,
  ],
  ['deletions', 'dn: CN=x\nchangetype: delete\n', /line 2: "changetype: delete"/],
  ['a URL', 'dn: CN=x\nthumbnailPhoto:< file:///etc/passwd\n', /line 2: thumbnailphoto is a URL/],
  ['bad Base64', 'dn: CN=x\nmail:: a*b=\n', /line 2: mail is not Base64/],
  ['a line without a name', 'dn: CN=x\nhello\n', /line 2/],
  ['no name first', 'mail: x\n', /line 1: an entry must begin/],
  ['another encoding', Buffer.from('dn: CN=M\xfcller\n', 'latin1'), /UTF-16 with a byte order mark/],
  [
    'part of a group',
    `dn: CN=g\nobjectClass: group\nmailNickname: g\nobjectGUID:: ${key(1)}\nmember;range=0-1499: CN=x\n`,
    /line 1: CN=g has only a part of its member/,
  ],
  [
    'one key twice',
    ['CN=a', 'CN=b']
      .map((name) => `dn: ${name}\nobjectClass: user\nmailNickname: x\nobjectGUID:: ${key(1)}\n`)
      .join('\n'),
    /line 6: CN=b has the same key \(objectGUID 0*\S+\) as the entry of line 1/,
  ],
  [
    'one name twice, without keys',
    'dn: CN=a\nobjectClass: user\nmailNickname: x\n\ndn: cn=A\nobjectClass: user\nmailNickname: y\n',
    /line 5: cn=A has the same key .* as the entry of line 1/,
  ],
]
for (const [name, content, words] of faults) {
  test(`what cannot be taken is refused with its line: ${name}`, async () => {
    await assert.rejects(readAll(ldifSource(file(content))), failure('unusable', words))
  })
}

test('a file that is not there is named', async () => {
  await assert.rejects(
    readAll(ldifSource(join(folder, 'none.ldf'))),
    failure('unreachable', /none\.ldf cannot be opened \(ENOENT\)/),
  )
})

test('a file that is written to in mid-reading does not count', async () => {
  const path = file(EXPORT)
  const reading = await ldifSource(path).read({ since: [], full: null, signal: new AbortController().signal })
  writeFileSync(path, `${EXPORT}\r\n`)
  await assert.rejects(
    async () => {
      for await (const _ of reading.changes());
    },
    failure('interrupted', /was changed while/),
  )
})

test('without objectGUID the name is the key, and that is said once', async () => {
  const warnings: string[] = []
  const path = file(EXPORT.replaceAll(/objectGUID:.*\r\n/g, ''))
  const source = ldifSource(path, { warn: (sentence) => warnings.push(sentence) })
  const first = await readAll(source)
  assert.equal(new Set(first.keys).size, 2)
  assert.deepEqual((await readAll(source)).keys, first.keys)
  assert.equal(new Set(warnings).size, 1)
})

test('empty files have nobody in them', async () => {
  for (const content of ['', '\n\n', 'version: 1\n', '\ufeff'])
    assert.deepEqual((await readAll(ldifSource(file(content)))).objects, [])
})

test('any octets are entries or a named failure', async () => {
  const words = fc.constantFrom(
    'dn: CN=a',
    'dn:: Q049YQ==',
    'objectClass: user',
    'mailNickname: a',
    'changetype: add',
    '',
    ' x',
    '# y',
    'a:: !',
    ':',
    '-',
  )
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(words).map((lines) => Buffer.from(lines.join('\n'))),
  )
  const check = fc.asyncProperty(some, async (octets) => {
    try {
      await readAll(ldifSource(file(Buffer.from(octets))))
    } catch (error) {
      assert.ok(error instanceof SourceFailure, String(error))
    }
  })
  await fc.assert(check, { numRuns: 100 })
})

test('accounts without mailNickname are read where they are wanted', async () => {
  const text = [
    ['CN=Bert,DC=corp', 'user', 'sAMAccountName: bert'],
    ['CN=PC1,DC=corp', 'user', 'objectClass: computer', 'sAMAccountName: PC1$'],
    ['CN=Plain,DC=corp', 'group'],
  ]
    .map(([name, kind, ...others], at) =>
      [`dn: ${name}`, `objectClass: ${kind}`, ...others, `objectGUID:: ${key(at + 1)}`, '', ''].join('\n'),
    )
    .join('')
  const path = file(text)
  assert.deepEqual((await readAll(ldifSource(path))).objects, [])
  const { objects } = await readAll(ldifSource(path, { accounts: true }))
  assert.deepEqual(
    objects.map(({ type, alias }) => [type, alias]),
    [['account', 'bert']],
  )
})

test('whose primary group it is are members too, wherever in the file they stand, each in their own domain', async () => {
  const sid = (domain: number, rid: number) =>
    `objectSid:: ${parseSid(`S-1-5-21-1-2-${domain}-${rid}`).toString('base64')}`
  const user = (no: number, domain: number) => [
    `dn: CN=User ${no},DC=corp`,
    'objectClass: user',
    ...[
      `mailNickname: user${no}`,
      'primaryGroupID: 1105',
      sid(domain, 2_000 + no),
      `objectGUID:: ${key(no)}`,
    ],
    '',
  ]
  const path = file(
    [
      ...user(1, 3),
      ...['dn: CN=All,DC=corp', 'objectClass: group', 'mailNickname: all', 'groupType: -2147483640'],
      ...[sid(3, 1105), 'member: CN=User 9,DC=corp', `objectGUID:: ${key(50)}`, ''],
      ...[...user(2, 3), ...user(3, 4)],
    ].join('\n'),
  )
  const { objects } = await readAll(ldifSource(path))
  assert.deepEqual(objects.find(({ alias }) => alias === 'all')!.members, [
    { place: 'CN=User 9,DC=corp' },
    { guid: guidOf(1) },
    { guid: guidOf(2) },
  ])
})

test('who may send as whom and has full access, by SIDs of entries wherever in the file they stand', async () => {
  const sid = (rid: number) => `S-1-5-21-1-2-3-${rid}`
  const base64 = (octets: Buffer) => octets.toString('base64')
  const entry = (no: number, ...more: string[]) => [
    `dn: CN=Entry ${no},DC=corp`,
    `objectGUID:: ${key(no)}`,
    `objectSid:: ${base64(parseSid(sid(2_000 + no)))}`,
    ...more,
    '',
  ]
  const mailbox = (no: number, ...more: string[]) =>
    entry(no, 'objectClass: user', `mailNickname: user${no}`, 'msExchRecipientTypeDetails: 1', ...more)
  const denied = { type: 6 }
  const inherited = { flags: 0x10 }
  const rights = descriptor(
    sendAs(sid(2_003), denied),
    ...[sendAs(sid(2_002)), sendAs(sid(2_003)), sendAs('S-1-5-10'), sendAs('S-1-1-0')],
    // A security group without an alias, an account of another forest, one of nobody in the file.
    ...[sendAs(sid(2_004)), sendAs('S-1-5-21-7-8-9-1'), sendAs(sid(9_999))],
    sendAs(sid(2_005), inherited),
  )
  const full = descriptor(
    ace({ type: 0, rights: 1, sid: sid(2_005) }),
    ace({ type: 0, rights: 1, sid: 'S-1-5-10' }),
  )
  const warnings: string[] = []
  const path = file(
    [
      ...mailbox(
        1,
        `nTSecurityDescriptor:: ${base64(rights)}`,
        `msExchMailboxSecurityDescriptor:: ${base64(full)}`,
      ),
      ...[...mailbox(2), ...mailbox(3), ...entry(4, 'objectClass: group', 'groupType: -2147483646')],
      ...mailbox(5, `msExchMasterAccountSid:: ${base64(parseSid('S-1-5-21-7-8-9-1'))}`),
      ...['dn: CN=S-1-5-21-7-8-9-1,CN=ForeignSecurityPrincipals,DC=corp', `objectGUID:: ${key(6)}`],
      ...['objectClass: foreignSecurityPrincipal', `objectSid:: ${base64(parseSid('S-1-5-21-7-8-9-1'))}`, ''],
      ...mailbox(7, 'nTSecurityDescriptor:: AQAEgA=='),
    ].join('\n'),
  )
  const { objects } = await readAll(ldifSource(path, { warn: (sentence) => warnings.push(sentence) }))
  assert.deepEqual(
    objects.map(({ sendAs, fullAccess }) => [sendAs, fullAccess]),
    [
      [
        [{ guid: guidOf(2) }, { place: 'CN=Entry 4,DC=corp' }, { guid: guidOf(5) }, { place: sid(9_999) }],
        [{ guid: guidOf(5) }],
      ],
      ...[2, 3, 5, 7].map(() => [[], []]),
    ],
  )
  assert.deepEqual(warnings, [
    `${path}: the rights on CN=Entry 7,DC=corp cannot be read: not a security descriptor.`,
  ])
})
