import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKey, isPerson } from '#src/domain/calendar/scheduling/people.ts'
import { formatImcea } from '#src/formats/address/imcea.ts'

const NAME = '/o=Corp/ou=First Group/cn=Recipients/cn=ann'

test('the X500 name of somebody who has moved is the same one inside a mail address', () => {
  const encapsulated = `${formatImcea({ type: 'EX', address: NAME })}@corp.example`
  assert.match(encapsulated, /^IMCEAEX-/)
  assert.equal(addressKey(`MAILTO:${encapsulated}`), addressKey(NAME))
  const organizer = { sendTo: { imip: `mailto:${encapsulated}` }, roles: { owner: true as const } }
  assert.ok(isPerson(organizer, new Set([addressKey(NAME), 'ann@corp.example'])))
  assert.ok(!isPerson(organizer, new Set(['ann@corp.example'])))
})

test('what only looks like one is an address as it stands', () => {
  for (const odd of [
    'imceaex-@corp.example',
    'IMCEAEX-_o=+ZZ@corp.example',
    'imceafax-1@corp.example',
    'imceaex',
  ])
    assert.equal(addressKey(odd), odd.toLowerCase())
})
