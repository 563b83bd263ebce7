import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId, MailboxId } from '#src/base/ids.ts'
import {
  decideRoute,
  type RouteDecision,
  type RoutedEntry,
  type RoutingFacts,
} from '#src/domain/routing/decide-route.ts'

const HOUR = 3_600_000
const address = 'ann@corp.example'

const ann: RoutedEntry = {
  id: 'ann' as EntryId,
  kind: 'user',
  state: 'ENABLED',
  home: 'local',
  mailbox: 'mailbox' as MailboxId,
  target: null,
  addresses: [
    { kind: 'primary', address: 'Ann@corp.example' },
    { kind: 'alias', address: 'a.ash@corp.example' },
    { kind: 'routing', address: 'ann@lb.corp.example' },
  ],
}
const there = { ...ann, home: 'exchange', mailbox: null } as const
const group = { ...ann, kind: 'group', mailbox: null } as const
const contact: RoutedEntry = {
  ...ann,
  kind: 'contact',
  home: 'external',
  mailbox: null,
  addresses: [{ kind: 'primary', address: 'ann@partner.example' }],
}
const before = { mailExchanger: 'exchange', unknownToExchange: false } as const
const after = { mailExchanger: 'landbridge', unknownToExchange: false } as const
const afterRelaying = { mailExchanger: 'landbridge', unknownToExchange: true } as const

const usual: RoutingFacts = {
  origin: 'internet',
  address,
  domain: 'mail',
  entry: undefined,
  detail: null,
  exchange: true,
  shared: undefined,
  directoryAgeMs: null,
}

const local = (entry: RoutedEntry): RouteDecision => ({ to: 'mailbox', entry, detail: null })
const exchange = (to: string): RouteDecision => ({ to: 'exchange', address: to })

/** exchange-interop 4.2: what is asked, and the way, or the status and reason of the refusal. */
const table: [what: string, facts: Partial<RoutingFacts>, way: RouteDecision | string][] = [
  ['a mailbox here', { entry: ann }, local(ann)],
  ['a resource here', { entry: { ...ann, kind: 'resource' } }, local({ ...ann, kind: 'resource' })],
  ['hidden entries receive: being hidden is no fact of routing', { entry: ann, shared: before }, local(ann)],
  [
    'a mailbox here, by its routing address',
    { entry: ann, domain: 'routing', origin: 'exchange' },
    local(ann),
  ],
  [
    'a subaddress keeps its detail',
    { entry: ann, detail: 'shop', address: 'ann+shop@corp.example' },
    { to: 'mailbox', entry: ann, detail: 'shop' },
  ],
  ['a disabled mailbox is for nobody', { entry: { ...ann, state: 'DISABLED' } }, '5.2.1 wrong-state'],
  [
    'and is not given to Exchange either',
    { entry: { ...ann, state: 'DISABLED' }, shared: before },
    '5.2.1 wrong-state',
  ],
  ['a group managed here', { entry: group }, { to: 'members', entry: group }],
  [
    'a group managed here, mail from the null sender',
    { entry: group, origin: 'internet' },
    { to: 'members', entry: group },
  ],
  ['a disabled group', { entry: { ...group, state: 'DISABLED' } }, '5.2.1 wrong-state'],
  [
    'a group managed by Exchange goes there once, unexpanded (4.4)',
    { entry: { ...group, home: 'exchange' } },
    exchange(address),
  ],
  ['a mailbox of Exchange', { entry: there }, exchange(address)],
  [
    'a mailbox of Exchange, whose account is disabled',
    { entry: { ...there, state: 'DISABLED' } },
    exchange(address),
  ],
  [
    'a mailbox of Exchange, by an alias',
    { entry: there, address: 'a.ash@corp.example' },
    exchange('a.ash@corp.example'),
  ],
  [
    'Exchange knows no subaddresses',
    { entry: there, detail: 'shop', address: 'ann+shop@corp.example' },
    exchange('Ann@corp.example'),
  ],
  [
    'nor may it get an address of the routing domain, which it would send back',
    { entry: there, domain: 'routing', address: 'ann@lb.corp.example', origin: 'exchange' },
    exchange('Ann@corp.example'),
  ],
  [
    'an encapsulated Exchange address of a mailbox there',
    { entry: there, address: 'IMCEAEX-_o=Corp_cn=ann@corp.example' },
    exchange('Ann@corp.example'),
  ],
  [
    'an encapsulated Exchange address of a mailbox here',
    { entry: ann, address: 'IMCEAEX-_o=Corp_cn=ann@corp.example' },
    local(ann),
  ],
  [
    'a mailbox of Exchange without a route there',
    { entry: there, exchange: false },
    '4.3.5 invalid-configuration',
  ],
  ['a contact', { entry: contact }, { to: 'address', address: 'ann@partner.example' }],
  [
    'a contact with a target of its own',
    { entry: { ...contact, target: 'a@elsewhere.example' } },
    { to: 'address', address: 'a@elsewhere.example' },
  ],
  [
    'somebody in the address book with a mailbox elsewhere',
    { entry: { ...ann, home: 'external', mailbox: null, target: 'ann@new.example' } },
    { to: 'address', address: 'ann@new.example' },
  ],
  ['somebody in the address book without any', { entry: { ...ann, mailbox: null } }, '5.1.1 no-such-entry'],

  ['unknown', {}, '5.1.1 no-such-entry'],
  ['unknown before the cut-over', { shared: before }, exchange(address)],
  [
    'unknown before the cut-over, from one of ours',
    { shared: before, origin: 'submission' },
    exchange(address),
  ],
  [
    'unknown before the cut-over, from Exchange: it would come back',
    { shared: before, origin: 'exchange' },
    '5.1.1 no-such-entry',
  ],
  [
    'unknown before the cut-over without a route to Exchange',
    { shared: before, exchange: false },
    '4.3.5 invalid-configuration',
  ],
  ['unknown after the cut-over', { shared: after }, '5.1.1 no-such-entry'],
  ['unknown after the cut-over, relayed on', { shared: afterRelaying }, exchange(address)],
  [
    'unknown after the cut-over, relayed on, from Exchange',
    { shared: afterRelaying, origin: 'exchange' },
    '5.1.1 no-such-entry',
  ],
  ['unknown in a directory of yesterday', { directoryAgeMs: 25 * HOUR }, '4.1.1 try-later'],
  ['unknown in a directory of today', { directoryAgeMs: 23 * HOUR }, '5.1.1 no-such-entry'],
  [
    'unknown in an old directory, but Exchange is asked',
    { directoryAgeMs: 25 * HOUR, shared: before },
    exchange(address),
  ],

  ['unknown in the routing domain', { domain: 'routing' }, '5.1.1 no-such-entry'],
  [
    'unknown in the routing domain before the cut-over',
    { domain: 'routing', shared: before },
    '5.1.1 no-such-entry',
  ],
  [
    'unknown in the routing domain, relaying',
    { domain: 'routing', shared: afterRelaying },
    '5.1.1 no-such-entry',
  ],
  [
    'unknown in the routing domain, old directory',
    { domain: 'routing', directoryAgeMs: 25 * HOUR },
    '5.1.1 no-such-entry',
  ],
  [
    'unknown in the routing domain, from Exchange',
    { domain: 'routing', origin: 'exchange' },
    '5.1.1 no-such-entry',
  ],

  ['a foreign domain', { domain: undefined }, '5.7.1 not-allowed'],
  ['a foreign domain, from Exchange', { domain: undefined, origin: 'exchange' }, '5.7.1 not-allowed'],
  [
    'a foreign domain, from one of ours',
    { domain: undefined, origin: 'submission', address: 'Bo@Partner.Example' },
    { to: 'internet', address: 'Bo@Partner.Example', domain: 'partner.example' },
  ],

  ['postmaster', { address: 'Postmaster@corp.example' }, { to: 'postmaster' }],
  ['abuse', { address: 'abuse@corp.example' }, { to: 'postmaster' }],
  [
    'postmaster of the routing domain',
    { address: 'postmaster@lb.corp.example', domain: 'routing' },
    { to: 'postmaster' },
  ],
  ['postmaster with a mailbox of that name', { address: 'postmaster@corp.example', entry: ann }, local(ann)],
  [
    'postmaster before the cut-over is Exchange’s',
    { address: 'postmaster@corp.example', shared: before },
    exchange('postmaster@corp.example'),
  ],
  [
    'postmaster after it is ours',
    { address: 'postmaster@corp.example', shared: afterRelaying },
    { to: 'postmaster' },
  ],
  [
    'postmaster of a foreign domain',
    { address: 'postmaster@partner.example', domain: undefined },
    '5.7.1 not-allowed',
  ],
]

for (const [what, facts, way] of table) {
  test(what, () => {
    const decided = decideRoute({ ...usual, ...facts })
    const told = decided.to === 'refused' ? `${decided.status} ${decided.reason}` : decided
    assert.deepEqual(told, way)
  })
}
