import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import { membersOf } from '#src/formats/jscontact/list-members.ts'
import type { CardsByUid } from './cards-by-uid.ts'
import { isList } from './contacts.ts'

type Listed = { name: string; address: string }

const DEEPEST = 5

/** Everybody a distribution list stands for, each address once; lists and cards within it are found beside it (EWS ExpandDL). */
export async function expandList(cards: CardsByUid, list: Card): Promise<Listed[]> {
  const found = new Map<string, Listed>()
  const add = (name: string, address: string) => {
    const key = address.toLowerCase()
    if (!found.has(key)) found.set(key, { name, address })
  }
  const seen = new Set([list.uid])
  let level = [list]
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Card[] = []
    const members = level.flatMap(membersOf)
    const uids = members.flatMap((member) => ('uid' in member ? member.uid : []))
    const named = uids.length === 0 ? undefined : await cards.find(uids)
    for (const member of members) {
      if ('address' in member) {
        add(member.name ?? '', member.address)
        continue
      }
      const card = named?.get(member.uid)?.card
      if (card === undefined || seen.has(member.uid)) continue
      seen.add(member.uid)
      const [first] = Object.values(card.emails ?? {})
      if (isList(card)) next.push(card)
      else if (first !== undefined) add(fullNameOf(card), first.address)
    }
    level = next
  }
  return [...found.values()]
}
