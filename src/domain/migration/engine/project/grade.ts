import type { Loss, LossWeight } from '../../source.ts'

/** How complete a copy is (Microsoft's Data Consistency Score). From Investigate on, somebody has to approve. */
export const grades = ['perfect', 'good', 'investigate', 'poor'] as const
export type Grade = (typeof grades)[number]

/** Losses of a mailbox, by what they weigh. */
export type LossCounts = Readonly<Record<LossWeight, number>>

/** Items that are wholly lost make a mailbox poor from this part on, and from this many. */
const POOR_PART = 0.01
const POOR_FROM = 10

/**
 * Perfect: nothing is lost. Good: only what nobody sees. Investigate: something a person would miss. Poor: at least 10 items
 * and 1 % of them are lost.
 */
export function gradeOf(losses: LossCounts, items: number): Grade {
  if (losses.content >= POOR_FROM && losses.content >= POOR_PART * items) return 'poor'
  if (losses.content > 0 || losses.visible > 0) return 'investigate'
  return losses.metadata > 0 ? 'good' : 'perfect'
}

/** What a loss of the mailbox itself weighs for its grade: what its source tells of no mailbox at all is known before anything is copied. */
export const weightOf = ({ weight, ofSource }: Loss): LossWeight => (ofSource ? 'metadata' : weight)

export const worseOf = (one: Grade, other: Grade): Grade =>
  grades.indexOf(one) >= grades.indexOf(other) ? one : other

export const needsApproval = (grade: Grade): boolean => grade === 'investigate' || grade === 'poor'

/** The heaviest last. */
export const weights: readonly LossWeight[] = ['metadata', 'visible', 'content']
/** The heaviest of some losses; null for none. */
export function heaviest(losses: readonly { weight: LossWeight }[]): LossWeight | null {
  const most = losses.reduce((max, { weight }) => Math.max(max, weights.indexOf(weight)), -1)
  return most < 0 ? null : weights[most]!
}
