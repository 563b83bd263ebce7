import { Bins } from './bins.ts'
import { FreeRoom } from './free-room.ts'
import { noDay, type Units } from './units.ts'

/**
 * Units into batches one after the other as they are numbered, which is in order of their addresses: the plan that somebody with a list
 * would make. Addresses often follow the organisation. Who is pinned comes into the first batch of the day with room, and whoever finds
 * the last batch full into the first with room.
 */
export function* inAddressOrder(units: Units, closedDays: readonly number[]): Generator<undefined, Bins> {
  const bins = new Bins(units)
  const room = new FreeRoom(bins)
  const nights = new Map<number, number[]>()
  let last = -1
  for (let unit = 0; unit < units.graph.nodes; unit++) {
    const pinned = units.pinned[unit]!
    const fits = (bin: number) => bins.fits(bin, unit)
    let bin = -1
    if (pinned !== noDay) bin = nights.get(pinned)?.find(fits) ?? -1
    else if (last !== -1 && fits(last)) bin = last
    else bin = room.first(units.loads, unit, fits)
    if (bin === -1) {
      const closed = pinned !== noDay && closedDays.includes(pinned)
      bin = bins.open({ notBefore: units.notBefore[unit]!, pinned, closed })
      if (pinned !== noDay) nights.getOrInsert(pinned, []).push(bin)
      else last = bin
    }
    bins.put(unit, bin)
    room.changed(bin)
    if ((unit & 0x3fff) === 0) yield
  }
  return bins
}
