import type { BatchSolution } from './batching/solve.ts'
import type { TableGrant } from './grant-table.ts'
import type { PlanProblem } from './problem.ts'
import { Steps, type Team } from './remedy-steps.ts'

/**
 * What keeps a cut grant whole at the least price: delegation-days that are broken with it, less those without it. `breaks` are those
 * that it breaks, `keeps` counts the cut grants that the same step makes whole. `bear`: nothing does that the rules allow; the grant is
 * given again by itself when its second end arrives.
 */
export type Remedy =
  | { kind: 'remove-unused'; price: 0 }
  | ({ kind: 'move' } & Step)
  /** `other` goes where `mailbox` was. */
  | ({ kind: 'swap'; other: number } & Step)
  | ({ kind: 'raise-cap'; mailboxes: number } & Step)
  /** `mailbox` is in the pilot and the other is not. */
  | { kind: 'change-pilot'; mailbox: number; other: number }
  | { kind: 'bear' }

/** `along`: who goes to that batch with it; absent: nobody. */
type Step = {
  mailbox: number
  along?: readonly number[]
  toBatch: number
  price: number
  breaks: number
  keeps: number
}

type StepRemedy = Extract<Remedy, Step>

type KeptCut = TableGrant & { fromBatch: number; toBatch: number; remedy: Remedy }

const unusedDays = 180

/** What is least to ask for comes first among those of one price. */
const inOrder: readonly Remedy['kind'][] = ['move', 'swap', 'raise-cap']

/** Tells each cut what keeps it whole. Teams are looked for as long as there is effort left: for the first of the cuts first. */
export function tellRemedies(problem: PlanProblem, solution: BatchSolution, cuts: readonly KeptCut[]): void {
  const remedies = new Remedies(problem, solution)
  for (const cut of cuts) cut.remedy = remedies.cheapest(cut)
  remedies.countKept(cuts)
}

class Remedies {
  readonly #problem: PlanProblem
  readonly #solution: BatchSolution
  readonly #steps: Steps

  constructor(problem: PlanProblem, solution: BatchSolution) {
    this.#problem = problem
    this.#solution = solution
    this.#steps = new Steps(problem.batches, solution)
  }

  cheapest({ owner, grantee, lastUsedDay }: TableGrant): Remedy {
    if (lastUsedDay !== null && this.#problem.input.today - lastUsedDay >= unusedDays) {
      return { kind: 'remove-unused', price: 0 }
    }
    const steps = [...this.#stepsOf(owner, grantee), ...this.#stepsOf(grantee, owner)]
    steps.sort(
      (a, b) =>
        a.price - b.price ||
        inOrder.indexOf(a.kind) - inOrder.indexOf(b.kind) ||
        (a.along?.length ?? 0) - (b.along?.length ?? 0),
    )
    return steps[0] ?? this.#pilot(owner, grantee) ?? this.#pilot(grantee, owner) ?? { kind: 'bear' }
  }

  /** Says in each remedy how many of these cuts it makes whole. */
  countKept(cuts: readonly KeptCut[]): void {
    const { days } = this.#solution
    // Whoever moves in the same night may be in another batch.
    const keyOf = (mailbox: number, batch: number) =>
      mailbox * (days.length + 1) + (batch === 0 ? 0 : this.#steps.nightOf(batch - 1)[0]! + 1)
    const kept = new Map<number, number>()
    for (const { owner, grantee, fromBatch, toBatch } of cuts)
      for (const key of [keyOf(owner, toBatch), keyOf(grantee, fromBatch)])
        kept.set(key, (kept.get(key) ?? 0) + 1)
    const keptAt = (mailbox: number, batch: number) => kept.get(keyOf(mailbox, batch)) ?? 0
    for (const { remedy } of cuts) {
      if (!('keeps' in remedy)) continue
      const { mailbox, along = [], toBatch } = remedy
      remedy.keeps = [mailbox, ...along].reduce((sum, each) => sum + keptAt(each, toBatch), 0)
      if (remedy.kind === 'swap')
        remedy.keeps += keptAt(remedy.other, this.#batchOf(this.#problem.numberOf[mailbox]!))
    }
  }

  /** Somebody of the pilot and somebody who is not. */
  #pilot(mailbox: number, other: number): Remedy | null {
    const { input, pilotDay, numberOf, batches } = this.#problem
    const chosen = (each: number) => numberOf[each] !== -1 && batches.pinned[numberOf[each]!] === pilotDay
    if (pilotDay === null || numberOf[other] === -1 || !chosen(mailbox) || chosen(other)) return null
    return input.mailboxes[mailbox]!.pilot ? { kind: 'change-pilot', mailbox, other } : null
  }

  /** One of the two goes to the night of the other: alone, with a team, in place of somebody, or into a larger batch. */
  #stepsOf(mailbox: number, to: number): StepRemedy[] {
    const number = this.#problem.numberOf[mailbox]!
    const other = this.#problem.numberOf[to]!
    if (number === -1 || other === -1) return []
    const batch = this.#solution.batchOf[other]!
    const alone = this.#steps.team(number, batch)
    if (alone === null) return []
    const team = this.#steps.grown(alone, batch)
    const found = [this.#put(alone, batch), ...(team === null ? [] : [this.#put(team, batch)])]
    const steps = found.filter((step) => step !== null)
    if (steps[0]?.kind === 'move' || alone.members.length > 1) return steps
    const swap = this.#steps.swap(number, batch)
    if (swap === null) return steps
    const { waiting } = this.#problem
    return [
      ...steps,
      { kind: 'swap', mailbox, other: waiting[swap.other]!, ...stepOf(swap), toBatch: batch + 1 },
    ]
  }

  /** Into the batch, or one of its night with room; else by a larger cap. */
  #put(team: Team, batch: number): StepRemedy | null {
    const { waiting, batches } = this.#problem
    const [mailbox, ...along] = team.members.map((number) => waiting[number]!)
    const said = { mailbox: mailbox!, ...(along.length > 0 && { along }), ...stepOf(team) }
    const open = [batch, ...this.#steps.nightOf(batch)].find(
      (each) => this.#steps.overfull(team, each) === -1,
    )
    if (open !== undefined) return { kind: 'move', ...said, toBatch: open + 1 }
    // A larger batch in mailboxes is easily asked for; one in bytes or of a server is what the network allows.
    if (this.#steps.overfull(team, batch, 1) !== -1) return null
    const mailboxes = this.#steps.loadWith(team, batch, 0)
    return mailboxes <= batches.caps[0]!
      ? null
      : { kind: 'raise-cap', ...said, toBatch: batch + 1, mailboxes }
  }

  #batchOf(number: number): number {
    return this.#solution.batchOf[number]! + 1
  }
}

const stepOf = ({ price, breaks }: { price: number; breaks: number }) => ({
  ...{ price: price / 100, breaks: breaks / 100 },
  keeps: 1,
})
