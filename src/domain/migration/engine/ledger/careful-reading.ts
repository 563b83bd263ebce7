import type { MigrationWriter } from '../../store.ts'
import type { Member } from '../project/project.ts'
import {
  type AskedItem,
  carefulWords,
  isAtFault,
  isCareful,
  type UncleanEnds,
} from '../project/unclean-ends.ts'
import { commit, type PassRun } from './page-run.ts'

type Run = Pick<PassRun, 'store' | 'at' | 'member' | 'lease' | 'lane' | 'settings'>

/**
 * A run of a mailbox over which the process has ended. A careful one asks for one item at a time, each written down before, until
 * a page is settled, or as many items were answered as a page has.
 */
export class CarefulReading {
  readonly #run: Run
  #ends: UncleanEnds | undefined
  readonly #isAlone: () => boolean
  #answered = 0

  /** `isAlone`: whether no other mailbox is read. */
  constructor(run: Run, ends: UncleanEnds, isAlone = () => true) {
    this.#run = run
    this.#ends = ends
    this.#isAlone = isAlone
  }

  /** Undefined once it got on. */
  get ends(): UncleanEnds | undefined {
    return this.#ends
  }

  get isOn(): boolean {
    return isCareful(this.#ends)
  }

  get doing(): string | undefined {
    return this.#ends !== undefined && this.isOn ? carefulWords(this.#ends) : undefined
  }

  /** Whether the process ended over this item, so that it is not asked for again. */
  atFault(key: string): AskedItem | undefined {
    const suspect = this.#ends?.suspect
    return suspect?.key === key && isAtFault(suspect) ? suspect : undefined
  }

  /** Does what reads one item: where the process ends over it, its key is known at the next start. */
  async alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#ends === undefined || !this.isOn) return work()
    const { suspect } = this.#ends
    // Beside others it proves no more than before.
    const times = suspect?.key === key ? suspect.times + Number(this.#isAlone()) : 1
    const others = suspect?.key === key ? undefined : suspect
    await this.#note({ ...this.#ends, asked: { key, times } })
    const value = await work()
    if (++this.#answered >= this.#run.settings.pageItems) await this.gotOn()
    else await this.#note({ ...this.#ends, asked: undefined, suspect: others, answered: true })
    return value
  }

  /** The one at fault was left behind. */
  async left(): Promise<void> {
    if (this.#ends === undefined) return
    const { at, member, lane } = this.#run
    const { project, no, address } = member
    const sentence = `The service ended ${this.#ends.ends} times while ${address} was read. An item of it is at fault and was left behind; the report names it.`
    await this.#note({ ...this.#ends, suspect: undefined }, (migration, { batch }) =>
      migration.addEvent(at.organization, project, {
        ...{ at: lane.clock.now(), kind: 'left-behind', batch, member: no, by: null, sentence },
      }),
    )
  }

  /** Nothing is held against it any more. */
  async gotOn(): Promise<void> {
    if (this.#ends !== undefined) await this.#note(undefined)
  }

  async #note(
    uncleanEnds: UncleanEnds | undefined,
    also?: (migration: MigrationWriter, member: Member) => Promise<void>,
  ): Promise<void> {
    const { at, member } = this.#run
    await commit(this.#run, async ({ migration }) => {
      const present = await migration.getMember(at.organization, member.project, member.no)
      await migration.putMember(at.organization, { ...present, uncleanEnds })
      await also?.(migration, present)
    })
    this.#ends = uncleanEnds
  }
}

/** What of it is asked for next: one item while it is read carefully, else as much as its lane says. */
export function nextPortion<T>(
  { lane, careful }: Pick<PassRun, 'lane' | 'careful'>,
  left: readonly T[],
  sizeOf: (each: T) => number | null,
): { some: readonly T[]; bytes: number } {
  return lane.portion(careful?.isOn ? left.slice(0, 1) : left, sizeOf)
}
