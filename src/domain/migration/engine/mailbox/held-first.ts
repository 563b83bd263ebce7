import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import type { DueMember } from '../../store.ts'
import { endsOf } from '../project/unclean-ends.ts'

/**
 * Frees the leases that the process before held. Whose they were comes first, and before all whoever has an item under suspicion: at the
 * start nothing else is read beside it yet, so that nothing else can end this process.
 */
export async function heldFirst(
  { migration }: { migration: Pick<Store['migration'], 'freeMemberLeases' | 'getMember'> },
  trouble: (message: string, error: unknown) => void,
): Promise<readonly DueMember[]> {
  const found: { member: DueMember; isSuspect: boolean }[] = []
  try {
    for (const { organization, project, no } of await migration.freeMemberLeases()) {
      const { dueAt, priority, ...held } = await migration.getMember(organization, project, no)
      const isSuspect = endsOf(held)?.suspect !== undefined
      if (dueAt !== null) found.push({ member: { organization, project, no, dueAt, priority }, isSuspect })
    }
  } catch (error) {
    // Where a key is out of reach they come with the others.
    if (!(error instanceof Refusal))
      trouble('Leases of before were not freed; they end by themselves.', error)
  }
  return found.toSorted((a, b) => Number(b.isSuspect) - Number(a.isSuspect)).map(({ member }) => member)
}
