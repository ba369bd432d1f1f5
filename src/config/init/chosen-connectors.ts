/** The CRMs that the shipped config can lead to. */
export const CRMS = ['hubspot', 'salesforce'] as const
export type Crm = (typeof CRMS)[number]

/** A connector's block below `connectors:`, as it is or with each line a comment. */
const blockOf = (name: string): RegExp => new RegExp(`^  (# )?${name}:\\n(?:  \\1 {2}.*\\n)+`, 'm')

/**
 * The text of a shipped config with the chosen connectors alone in force. The block of another one stands there as
 * comments: whoever wants it later takes the `# ` away.
 */
export function withConnectors(text: string, chosen: readonly Crm[]): string {
  return CRMS.reduce(
    (made, crm) =>
      made.replace(blockOf(crm), block => (chosen.includes(crm) ? inForce(block) : asComment(block))),
    text,
  )
}

const inForce = (block: string): string => block.replaceAll(/^ {2}# /gm, '  ')
const asComment = (block: string): string => inForce(block).replaceAll(/^ {2}/gm, '  # ')
