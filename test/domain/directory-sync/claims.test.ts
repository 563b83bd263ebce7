import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Claims } from '#src/domain/directory-sync/claims.ts'
import { guidOf } from '#test/support/memory-directory.ts'

it('who asked for an address is known, of thousands, and the last one where several did', () => {
  const claims = new Claims()
  const expected = new Map<string, string>()
  const claim = (text: string, no: number) => {
    claims.claim(text, guidOf(no))
    expected.set(text, guidOf(no))
  }
  for (let no = 0; no < 4_000; no++) {
    claim(`user${no}@corp.example`, no)
    claim(`u${no}@corp.example`, no)
  }
  for (let no = 0; no < 4_000; no += 7) claim(`u${no}@corp.example`, no + 1)
  for (const [text, guid] of expected) assert.equal(claims.whoHas(text), guid)
  for (let no = 4_000; no < 8_000; no++) assert.equal(claims.whoHas(`user${no}@corp.example`), undefined)
})
