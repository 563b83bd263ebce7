import assert from 'node:assert/strict'
import { createPublicKey, createSign, createVerify } from 'node:crypto'
import { test } from 'node:test'
import { createAlias, deleteAlias } from '#src/domain/directory/aliases.ts'
import { dnsRecords, formatZone, type MailHosts } from '#src/domain/directory/dns-record.ts'
import { type Resolver, verifyMailDomain } from '#src/domain/directory/domain-verification.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import {
  deregisterMailDomain,
  registerMailDomain,
  requireDomainName,
  updateDefaultMailDomain,
} from '#src/domain/directory/mail-domains.ts'
import { putMailFrom } from '#src/domain/directory/mail-from.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { addDomain, addTestDomain, addUser, domainRecord, furnished, NOW } from './furnished.ts'

const HOSTS: MailHosts = {
  mx: 'in.lb.test',
  mxPreference: 10,
  autodiscover: 'autodiscover.lb.test',
  spf: 'include:spf.lb.test',
  ownershipLabel: '_landbridge',
}

/** A zone in memory: `TXT name` to its records. */
function resolver(zone: Record<string, string[]>, down: readonly string[] = []): Resolver {
  const ask = async (type: string, name: string) => {
    if (down.includes(`${type} ${name}`)) throw new Refusal('try-later', 'No answer')
    return zone[`${type} ${name}`] ?? []
  }
  return {
    txt: (name) => ask('TXT', name),
    cname: (name) => ask('CNAME', name),
    mx: async (name) => (await ask('MX', name)).map((exchange) => ({ preference: 10, exchange })),
  }
}

test('a domain has a name of its own in its organisation, a token and a key that signs (DOM-01, DOM-02, DOM-05)', async () => {
  const { store, org } = await furnished()
  const domain = await registerMailDomain(store, org, { name: 'Corp.Example.' }, NOW)
  assert.deepEqual([domain.name, domain.ownership], ['corp.example', 'PENDING'])
  assert.equal(Buffer.from(domain.ownershipToken, 'base64').length, 32)
  await assert.rejects(registerMailDomain(store, org, { name: 'corp.EXAMPLE' }, NOW), {
    reason: 'domain-in-use',
  })
  const { privateKey } = await store.directory.getDkimKey(org, 'corp.example')
  const publicKey = createPublicKey({
    key: Buffer.from(domain.dkim.publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  })
  const signature = createSign('sha256').update('text').sign(privateKey)
  assert.equal(createVerify('sha256').update('text').verify(publicKey, signature), true)
  assert.equal(publicKey.asymmetricKeyDetails?.modulusLength, 2_048)
  assert.ok(!JSON.stringify(await store.directory.listDomains(org, { limit: 10 })).includes('PRIVATE'))
})

test('names of domains (LIM-16)', () => {
  const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(17)}`
  for (const name of ['example.com', 'a.b-c.test', 'xn--mnchen-3ya.example', long])
    assert.equal(requireDomainName(name), name)
  for (const name of [
    'com',
    '',
    'a..b',
    '-a.com',
    'a-.com',
    'münchen.example',
    'a b.com',
    '192.0.2.1',
    'a_b.com',
    `${long}d`,
  ]) {
    assert.throws(() => requireDomainName(name), { reason: 'invalid-parameter' }, name)
  }
})

test('an organisation has 1,000 domains at most (LIM-13)', async () => {
  const { store, org } = await furnished()
  await store.transact({ organization: org }, async ({ directory }) => {
    for (let n = 1; n < 1_000; n++) {
      await directory.createDomain(org, domainRecord(`d${n}.example`), { selector: 's', privateKey: 'k' })
    }
  })
  await assert.rejects(registerMailDomain(store, org, { name: 'last.example' }, NOW), {
    reason: 'limit-exceeded',
  })
})

test('a domain goes only when no address is in it, and never the test or default domain (DOM-09)', async () => {
  const { store, org, other } = await furnished()
  await addTestDomain(store, org, { alias: 'corp', suffix: 'lb.test' }, NOW)
  assert.equal((await store.directory.settings(org)).defaultDomain, 'corp.lb.test')
  assert.equal((await store.directory.getDomain(org, 'corp.lb.test')).ownership, 'VERIFIED')
  const ann = await addUser(store, org, 'ann')
  await addDomain(store, org, 'second.example')
  await createAlias(store, org, ann.id, 'ann@second.example')
  const remove = (name: string) => deregisterMailDomain(store, org, name)
  for (const name of ['second.example', 'example.com', 'corp.lb.test'])
    await assert.rejects(remove(name), { reason: 'domain-in-use' })
  await deleteAlias(store, org, ann.id, 'ann@second.example')
  await updateDefaultMailDomain(store, org, 'second.example')
  await assert.rejects(remove('second.example'), { reason: 'domain-in-use' })
  await updateDefaultMailDomain(store, org, 'example.com')
  await remove('Second.Example')
  await remove('second.example')
  assert.equal(await store.directory.findDomain(org, 'second.example'), undefined)
  await remove('other.example')
  assert.ok(await store.directory.findDomain(other, 'other.example'))
  await addDomain(store, org, 'pending.example', { ownership: 'PENDING' })
  await assert.rejects(updateDefaultMailDomain(store, org, 'pending.example'), {
    reason: 'domain-not-verified',
  })
})

test('the records to publish, also as a zone file (DOM-02 to DOM-07)', () => {
  const publicKey = 'A'.repeat(392)
  const domain = {
    ...domainRecord('corp.example', {
      mailFrom: { name: 'bounce.corp.example', whenMissing: 'own-domain' },
      dkim: { selector: 'lb-1', publicKey },
    }),
    version: 1,
  }
  assert.equal(
    formatZone(dnsRecords(domain, HOSTS)),
    [
      '_landbridge.corp.example. 3600 IN TXT "token-of-ownership"',
      'corp.example. 3600 IN MX 10 in.lb.test.',
      'autodiscover.corp.example. 3600 IN CNAME autodiscover.lb.test.',
      'corp.example. 3600 IN TXT "v=spf1 include:spf.lb.test ~all"',
      `lb-1._domainkey.corp.example. 3600 IN TXT "v=DKIM1; k=rsa; p=${'A'.repeat(237)}" "${'A'.repeat(155)}"`,
      '_dmarc.corp.example. 3600 IN TXT "v=DMARC1; p=quarantine; fo=1"',
      'bounce.corp.example. 3600 IN MX 10 in.lb.test.',
      'bounce.corp.example. 3600 IN TXT "v=spf1 include:spf.lb.test ~all"',
      '',
    ].join('\n'),
  )
  const routing = dnsRecords({ ...domain, use: 'routing', mailFrom: null }, HOSTS)
  assert.ok(!routing.some(({ purpose }) => purpose === 'autodiscover'))
})

test('checking a domain tells of each record whether it is there and right', async () => {
  const { store, org } = await furnished()
  await addDomain(store, org, 'corp.example', { ownership: 'PENDING', verifiedAt: null })
  const check = (zone: Record<string, string[]>, now = NOW, down: string[] = []) =>
    verifyMailDomain({ store, resolver: resolver(zone, down), hosts: HOSTS }, org, 'corp.example', now)
  const nothing = await check({})
  assert.equal(nothing.ownership, 'PENDING')
  assert.deepEqual(new Set(Object.values(nothing.records)), new Set(['MISSING']))
  const wrong = await check({
    'TXT _landbridge.corp.example': ['some other token'],
    'MX corp.example': ['in.lb.test', 'mail.corp.example'],
    'CNAME autodiscover.corp.example': ['autodiscover.outlook.test'],
    'TXT corp.example': ['v=spf1 include:elsewhere.test ~all', 'unrelated=1'],
    'TXT lb-1._domainkey.corp.example': ['v=DKIM1; p=WFla'],
    'TXT _dmarc.corp.example': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'],
  })
  assert.equal(wrong.ownership, 'PENDING')
  assert.deepEqual(new Set(Object.values(wrong.records)), new Set(['INCONSISTENT']))
  const right = {
    // The name with the underscore is forbidden by some providers: the domain itself will do.
    'TXT corp.example': ['v=spf1 ip4:192.0.2.1 Include:spf.lb.test -all', 'token-of-ownership'],
    'MX corp.example': ['IN.lb.test.'],
    'CNAME autodiscover.corp.example': ['autodiscover.lb.test'],
    'TXT lb-1._domainkey.corp.example': ['v=DKIM1; k=rsa; p= QU JD'],
    'TXT _dmarc.corp.example': ['v=DMARC1; p=none'],
  }
  const verified = await check(right, NOW + 5)
  assert.deepEqual(
    [verified.ownership, verified.verifiedAt, verified.checkedAt],
    ['VERIFIED', NOW + 5, NOW + 5],
  )
  assert.deepEqual(new Set(Object.values(verified.records)), new Set(['VERIFIED']))
  const later = await check({}, NOW + 9 * DAY_MS, ['MX corp.example', 'TXT _landbridge.corp.example'])
  assert.deepEqual(
    [later.ownership, later.verifiedAt, later.records.mx, later.records.dkim],
    ['VERIFIED', NOW + 5, 'VERIFIED', 'MISSING'],
  )
})

test('a domain not proven within 72 hours has failed, and may still be proven later', async () => {
  const { store, org } = await furnished()
  await addDomain(store, org, 'corp.example', { ownership: 'PENDING', verifiedAt: null })
  const check = (zone: Record<string, string[]>, now: number) =>
    verifyMailDomain({ store, resolver: resolver(zone), hosts: HOSTS }, org, 'corp.example', now)
  assert.equal((await check({}, NOW + 3 * DAY_MS)).ownership, 'PENDING')
  assert.equal((await check({}, NOW + 3 * DAY_MS + 1)).ownership, 'FAILED')
  assert.equal(
    (await check({ 'TXT _landbridge.corp.example': ['token-of-ownership'] }, NOW + 9 * DAY_MS)).ownership,
    'VERIFIED',
  )
})

test('a domain that nobody has proven to be theirs keeps nobody from it, and is not told', async () => {
  const { store, org, other } = await furnished()
  await registerMailDomain(store, org, { name: 'corp.example' }, NOW)
  assert.equal(await store.directory.findDomainOwner('corp.example'), undefined)
  const { ownershipToken } = await registerMailDomain(store, other, { name: 'corp.example' }, NOW)
  const zone = { 'TXT _landbridge.corp.example': [ownershipToken] }
  const verify = (organization: typeof org, records: Record<string, string[]>) =>
    verifyMailDomain({ store, resolver: resolver(records), hosts: HOSTS }, organization, 'corp.example', NOW)
  assert.equal((await verify(org, zone)).ownership, 'PENDING')
  assert.equal((await verify(other, zone)).ownership, 'VERIFIED')
  assert.deepEqual(await store.directory.findDomainOwner('CORP.example.'), {
    organization: other,
    name: 'corp.example',
    use: 'mail',
    verified: true,
  })
})

test('of two who publish their token the first has the domain, and the second is told once it is proven', async () => {
  const { store, sql, org, other } = await furnished()
  const tokens = new Map<typeof org, string>()
  for (const each of [org, other])
    tokens.set(each, (await registerMailDomain(store, each, { name: 'corp.example' }, NOW)).ownershipToken)
  const zone = { 'TXT _landbridge.corp.example': [...tokens.values()] }
  const verify = (organization: typeof org) =>
    verifyMailDomain({ store, resolver: resolver(zone), hosts: HOSTS }, organization, 'corp.example', NOW)
  const ended = await Promise.allSettled([verify(org), verify(other)])
  assert.deepEqual(
    ended.map((each) => (each.status === 'fulfilled' ? each.value.ownership : each.reason.reason)),
    ['VERIFIED', 'domain-in-use'],
  )
  const checked = await store.directory.getDomain(other, 'corp.example')
  assert.deepEqual([checked.ownership, checked.verifiedAt, checked.checkedAt], ['PENDING', null, NOW])
  const save = store.transact({ organization: other }, ({ directory }) =>
    directory.saveDomain(other, { ...checked, ownership: 'VERIFIED', verifiedAt: NOW }),
  )
  await assert.rejects(save, { reason: 'domain-in-use' })
  assert.throws(
    () => sql.database.exec("UPDATE mail_domain SET ownership = 'VERIFIED'"),
    /UNIQUE constraint failed: mail_domain.name/,
  )
  await assert.rejects(registerMailDomain(store, other, { name: 'example.com' }, NOW), {
    reason: 'domain-in-use',
  })
  await deregisterMailDomain(store, org, 'corp.example')
  assert.equal((await verify(other)).ownership, 'VERIFIED')
})

test('a domain that became a MAIL FROM domain while it waited is not proven any more', async () => {
  const { store, org } = await furnished()
  await addDomain(store, org, 'corp.example')
  const { ownershipToken } = await registerMailDomain(store, org, { name: 'bounce.corp.example' }, NOW)
  const verify = () => {
    const zone = { 'TXT _landbridge.bounce.corp.example': [ownershipToken] }
    return verifyMailDomain(
      { store, resolver: resolver(zone), hosts: HOSTS },
      org,
      'bounce.corp.example',
      NOW,
    )
  }
  const mailFrom = { name: 'bounce.corp.example', whenMissing: 'own-domain' } as const
  await putMailFrom(store, org, 'corp.example', mailFrom)
  await assert.rejects(verify(), { reason: 'domain-in-use' })
  assert.equal(await store.directory.findDomainOwner('bounce.corp.example'), undefined)
  await putMailFrom(store, org, 'corp.example', null)
  assert.equal((await verify()).ownership, 'VERIFIED')
})
