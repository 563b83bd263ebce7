import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { actions } from '#src/protocols/admin/actions/index.ts'
import { inputFault } from '#src/protocols/admin/input-fault.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'

const OrganizationId = `m-${'0'.repeat(32)}`

function faultOf(schema: z.ZodType, given: JsonValue): string {
  const { error } = schema.safeParse(given)
  assert.ok(error, 'the input is refused')
  return inputFault(error, given)
}

const cases: [operation: string, members: JsonObject, sentence: string][] = [
  ['CreateUser', { Name: '', DisplayName: 'A' }, 'Name is empty. Give at least 1 character.'],
  ['CreateUser', { Name: 'a' }, 'DisplayName is missing. Give it as a text.'],
  ['CreateUser', { Name: 7, DisplayName: 'A' }, 'Name must be a text, and is a number. Write it as a text.'],
  ['CreateUser', { Name: null, DisplayName: 'A' }, 'Name must be a text, and is null. Write it as a text.'],
  [
    'CreateUser',
    { Name: 'a b', DisplayName: 'A' },
    'Name "a b" cannot be used: it must be letters, digits, hyphens, dots and underscores.',
  ],
  [
    'CreateUser',
    { Name: 'a', DisplayName: 'A', Password: 'secret-'.repeat(50) },
    'Password has 350 characters. Give at most 256 characters.',
  ],
  [
    'CreateResource',
    { Name: 'r', Type: 'CAR' },
    'Type "CAR" is none of the words it can be. Use ROOM or EQUIPMENT.',
  ],
  ['CreateResource', { Name: 'r' }, 'Type is missing. Use ROOM or EQUIPMENT.'],
  ['ListUsers', { MaxResults: 0 }, 'MaxResults is 0, and the least is 1. Give a larger number.'],
  ['ListUsers', { MaxResults: 101 }, 'MaxResults is 101, and the most is 100. Give a smaller number.'],
  [
    'ListUsers',
    { MaxResults: 1.5 },
    'MaxResults must be a whole number, and is 1.5. Write it as a whole number.',
  ],
  ['ListUsers', { Filters: [] }, 'Filters must be an object, and is a list. Write it as an object.'],
  [
    'PutMailboxPermissions',
    { EntityId: 'a', GranteeId: 'b', PermissionValues: ['ALL'] },
    'PermissionValues.0 "ALL" is none of the words it can be. Use FULL_ACCESS, SEND_AS or SEND_ON_BEHALF.',
  ],
  ['CreateContact', { Name: 'c', EmailAddresses: [] }, 'EmailAddresses is empty. Give at least 1 entry.'],
  ['PutUserPhoto', { UserId: 'a', Photo: '<svg/>' }, 'Photo cannot be used: it must be base64.'],
]

for (const [operation, members, sentence] of cases) {
  test(`${operation} of ${JSON.stringify(members).slice(0, 60)} is answered with a sentence`, () => {
    assert.equal(faultOf(actions.get(operation)!.input, { OrganizationId, ...members }), sentence)
  })
}

test('an organisation that is not named is missed by its member', () => {
  assert.equal(faultOf(actions.get('ListUsers')!.input, {}), 'OrganizationId is missing. Give it as a text.')
})

test('no operation answers in the words of a library', () => {
  const wrongs: JsonValue[] = [null, true, 7.5, '', 'x'.repeat(5_000), [], [null], { a: 1 }]
  let seen = 0
  for (const { name, input } of actions.values()) {
    const members = Object.keys((input as z.ZodObject).shape)
    for (const member of members) {
      for (const wrong of wrongs) {
        const given = { OrganizationId, [member]: wrong }
        const { error } = input.safeParse(given)
        if (error === undefined) continue
        seen++
        const sentence = inputFault(error, given)
        assert.match(sentence, /^[A-Z][\w.]+ .*\.$/s, name)
        assert.doesNotMatch(
          sentence,
          /Invalid|expected|received|Too (small|big)|[<>]=|undefined|pattern/,
          name,
        )
      }
    }
  }
  assert.ok(seen > 1_000)
})

test('a fault for which there is no sentence of its own is still one', () => {
  const either = z.object({ A: z.union([z.string(), z.number()]) })
  assert.equal(faultOf(either, { A: true }), 'A cannot be used in this form. Look up how it is written.')
})
