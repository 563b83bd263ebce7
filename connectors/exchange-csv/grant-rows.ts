import { parseDay } from '#src/domain/migration/day.ts'
import type { FoundGrant, LeftOut, LeftOutReason } from '#src/domain/migration/grant.ts'
import type { FoundBooking } from '#src/domain/migration/moved-booking.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { accountReason } from './accounts.ts'
import type { Row } from './table.ts'
import { isTrue } from './values.ts'

/** What one row says: some grants, some that are none. */
type Said = { grants: FoundGrant[]; leftOut: LeftOut[]; bookings?: FoundBooking[] }

/** One kind of file: how its columns give it away, and what a row of it says. */
export type GrantFile = {
  /** For people: the cmdlet that writes it. */
  cmdlet: string
  /** All of these columns, in lower case. */
  columns: readonly string[]
  said(row: Row): Said
}

type Found = { owner: string; grantee: string; right: Right; folder?: string | undefined }

export class RowSayings {
  readonly said: Said = { grants: [], leftOut: [] }
  readonly #row: Row

  constructor(row: Row) {
    this.#row = row
  }

  /** A grant, unless its grantee is nobody in particular. */
  grant({ owner, grantee, right, folder }: Found): void {
    const reason = accountReason(grantee)
    if (reason !== null) this.leave(reason, owner, grantee, right)
    else {
      const { where } = this.#row
      this.said.grants.push({
        owner,
        grantee,
        right,
        folder: folder ?? null,
        lastUsedDay: lastUsed(this.#row),
        where,
      })
    }
  }

  leave(reason: LeftOutReason, owner: string, grantee: string, right: string): void {
    this.said.leftOut.push({ reason, owner, grantee, right, where: this.#row.where })
  }

  /** Deny and inherited entries; true when the row is one. */
  leavesEntry(owner: string, grantee: string, right: string): boolean {
    const account = accountReason(grantee)
    const denied =
      isTrue(this.#row.value('Deny')) || /^deny$/i.test(this.#row.value('AccessControlType').trim())
    if (account !== null) this.leave(account, owner, grantee, right)
    else if (denied) this.leave('deny', owner, grantee, right)
    else if (isTrue(this.#row.value('IsInherited'))) this.leave('inherited', owner, grantee, right)
    else return false
    return true
  }
}

/** An optional column that whoever plans may add. */
function lastUsed(row: Row): number | null {
  const text = row.value('LastUsed').trim() || row.value('LastUse').trim()
  if (text === '') return null
  const day = parseDay(text.slice(0, 10))
  if (day !== null) return day
  throw new Refusal('invalid-parameter', `${row.where}: LastUsed is "${text}"; write a date as 2026-12-31.`)
}
