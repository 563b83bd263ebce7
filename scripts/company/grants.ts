/** Who works for whom. */
import { rooms, shared, teams } from './people.ts'

type Grant = { owner: string; grantee: string }
export const fullAccess: Grant[] = []
export const sendAs: Grant[] = []
export const onBehalf: Grant[] = []
export const folders: (Grant & { folder: string; rights: string; flags?: string })[] = []
export const roomDelegates: Grant[] = []

for (const [at, team] of teams.entries()) {
  const [head, assistant, ...staff] = team.map(({ alias }) => alias)
  fullAccess.push({ owner: head!, grantee: assistant! })
  onBehalf.push({ owner: head!, grantee: assistant! })
  folders.push({ owner: head!, grantee: assistant!, folder: 'Calendar', rights: 'Editor', flags: 'Delegate' })
  for (const [no, one] of staff.entries())
    if (no % 3 === 0)
      folders.push({
        owner: one,
        grantee: staff[(no + 1) % staff.length]!,
        folder: 'Calendar',
        rights: 'Reviewer',
      })
  // Somebody of the next department helps out: what a plan has to cut somewhere.
  const next = teams[(at + 1) % teams.length]!
  folders.push({ owner: assistant!, grantee: next[1]!.alias, folder: 'Calendar', rights: 'Editor' })
  if (at % 3 === 0) sendAs.push({ owner: head!, grantee: next[2]!.alias })
}
for (const [at, box] of shared.entries()) {
  const members = teams[(at * 3 + 1) % 10]!.slice(2, 7)
  const helper = teams[6]![3]!
  for (const { alias } of members) {
    fullAccess.push({ owner: box.alias, grantee: alias })
    sendAs.push({ owner: box.alias, grantee: alias })
  }
  if (!members.includes(helper)) fullAccess.push({ owner: box.alias, grantee: helper.alias })
}
for (const [at, room] of rooms.entries())
  roomDelegates.push({ owner: room.alias, grantee: teams[(at * 2) % 10]![1]!.alias })
